; Indentation of Forge templates, in Helix's words.

[
  (block)
  (element)
  (component)
  (slot)
  (rust_block)
  (arguments)
] @indent

[
  (directive_branch)
  (directive_end)
  (end_tag)
  ")"
] @outdent
