; Blocks, components and elements as text objects.

(block) @class.around
(component) @function.around
(slot) @function.around
(element) @entry.around
(expression) @parameter.inside
(comment) @comment.around
