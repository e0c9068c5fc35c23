; Blocks, components and slots in the outline of Forge templates.

(block
  start: (directive_start
    (directive_name) @context
    (arguments)? @name)) @item

(component [(start_tag (component_name) @name) (self_closing_tag (component_name) @name)]) @item
(slot [(start_tag (component_name) @name) (self_closing_tag (component_name) @name)]) @item
