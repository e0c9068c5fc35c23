; Indentation of Forge templates, in Zed's words.

(block (directive_end)? @end) @indent
(element (end_tag)? @end) @indent
(component (end_tag)? @end) @indent
(slot (end_tag)? @end) @indent
(directive_branch) @outdent
(arguments ")" @end) @indent
