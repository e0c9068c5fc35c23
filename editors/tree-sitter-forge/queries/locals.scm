; Scopes and the names that loops bind.

[
  (template)
  (block)
  (component)
] @local.scope

(arguments pattern: (expression) @local.definition.var)
