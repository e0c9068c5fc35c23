//! Filters: `{{ value | name(arguments) }}`. Both engines call the same functions, and Askama's where it has them.
