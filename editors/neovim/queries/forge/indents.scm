; Copied from editors/tree-sitter-forge/queries by scripts/queries.mjs there: change it there.

; Indentation of Forge templates, in the words of nvim-treesitter.

[
  (block)
  (element)
  (component)
  (slot)
  (rust_block)
  (start_tag)
  (self_closing_tag)
  (arguments)
] @indent.begin

(directive_branch) @indent.branch

(directive_end) @indent.branch @indent.end
(end_tag) @indent.branch @indent.end
(rust_block (directive_name) @indent.branch .)

(arguments ")" @indent.branch @indent.end)
(start_tag ">" @indent.branch)
(self_closing_tag "/>" @indent.branch)

; Nothing closes these.
(element (start_tag (tag_name) @_name) @indent.auto
  (#any-of? @_name "html" "head" "body"))

[
  (comment)
  (html_comment)
  (verbatim_text)
  (rust_code)
] @indent.ignore
