; What a template defines and refers to: sections, stacks, fragments and slots; views and components.

(directive_start
  (directive_name) @_name
  (arguments . (expression (string) @name))
  (#match? @_name "^@(section|fragment|push|pushOnce|prepend|prependOnce|slot)$")) @definition.section

(directive
  (directive_name) @_name
  (arguments . (expression (string) @name))
  (#match? @_name "^@(yield|stack)$")) @reference.section

(directive
  (directive_name) @_name
  (arguments . (expression (string) @name))
  (#match? @_name "^@(extends|include|includeIf|includeIsolated|each)$")) @reference.module

(slot [(start_tag (component_name) @name) (self_closing_tag (component_name) @name)]) @definition.section

(component [(start_tag (component_name) @name) (self_closing_tag (component_name) @name)]) @reference.class
