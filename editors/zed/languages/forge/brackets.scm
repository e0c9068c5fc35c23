; What belongs together in Forge templates.

("{{" @open "}}" @close)
("{!!" @open "!!}" @close)
("(" @open ")" @close)
("<" @open ">" @close)
("<" @open "/>" @close)
("</" @open ">" @close)
(element (start_tag) @open (end_tag) @close)
(component (start_tag) @open (end_tag) @close)
(slot (start_tag) @open (end_tag) @close)
(block (directive_start) @open (directive_end) @close)
