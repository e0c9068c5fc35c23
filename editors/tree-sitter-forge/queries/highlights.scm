; Highlights of Forge templates. What stands in echoes and arguments is highlighted as Rust, through injections.scm.

(comment) @comment
(html_comment) @comment
(comment_text) @comment

(doctype) @constant
(processing_instruction) @constant
(entity) @string.special
(escape) @string.special

; Markup

(tag_name) @tag
(component_name) @constructor
(attribute_name) @attribute
(quoted_value) @string
(unquoted_value) @string
(value_text) @string

["<" ">" "</" "/>"] @punctuation.bracket
(attribute "=" @operator)
(bound_attribute "=" @operator)

; Directives

(directive_name) @keyword
(arguments ["(" ")"] @punctuation.bracket)
(arguments "," @punctuation.delimiter)
(arguments ["in" "as" "=>"] @keyword)

; Echoes

["{{" "}}" "{{{" "}}}" "{!!" "!!}"] @punctuation.special

; Text in single quotes, which is not Rust.
(string) @string

; What closes or continues nothing.
(stray_directive (directive_name) @error)
(stray_end_tag (tag_name) @error)
