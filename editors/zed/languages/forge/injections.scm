; Copied from editors/tree-sitter-forge/queries by scripts/queries.mjs there: change it there.

; The languages within Forge templates. All scripts of a template are one text, and so are its style sheets, since echoes and
; directives cut them into pieces.

((expression) @injection.content
  (#set! injection.language "rust"))

((rust_code) @injection.content
  (#set! injection.language "rust"))

((script_text) @injection.content
  (#set! injection.language "javascript")
  (#set! injection.combined))

((style_text) @injection.content
  (#set! injection.language "css")
  (#set! injection.combined))

((verbatim_text) @injection.content
  (#set! injection.language "html"))

((php_code) @injection.content
  (#set! injection.language "php"))
