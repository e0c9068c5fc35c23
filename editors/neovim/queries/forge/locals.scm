; Copied from editors/tree-sitter-forge/queries by scripts/queries.mjs there: change it there.

; Scopes and the names that loops bind.

[
  (template)
  (block)
  (component)
] @local.scope

(arguments pattern: (expression) @local.definition.var)
