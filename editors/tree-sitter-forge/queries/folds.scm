; What can be folded in Forge templates.

[
  (block)
  (branch)
  (element)
  (component)
  (slot)
  (rust_block)
  (verbatim_block)
  (comment)
  (html_comment)
] @fold
