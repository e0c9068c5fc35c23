<?php
// Functions of newer versions of PHP that newer versions of Illuminate call.

if (! function_exists('array_find_key')) {
    function array_find_key(array $array, callable $callback): mixed
    {
        foreach ($array as $key => $value) {
            if ($callback($value, $key)) {
                return $key;
            }
        }

        return null;
    }

    function array_find(array $array, callable $callback): mixed
    {
        $key = array_find_key($array, $callback);

        return $key === null ? null : $array[$key];
    }

    function array_any(array $array, callable $callback): bool
    {
        return array_find_key($array, $callback) !== null;
    }

    function array_all(array $array, callable $callback): bool
    {
        return array_find_key($array, fn ($value, $key) => ! $callback($value, $key)) === null;
    }
}

if (! function_exists('array_first')) {
    function array_first(array $array): mixed
    {
        return $array === [] ? null : $array[array_key_first($array)];
    }

    function array_last(array $array): mixed
    {
        return $array === [] ? null : $array[array_key_last($array)];
    }
}

if (! function_exists('mb_ucfirst')) {
    function mb_ucfirst(string $text): string
    {
        return mb_strtoupper(mb_substr($text, 0, 1)).mb_substr($text, 1);
    }

    function mb_lcfirst(string $text): string
    {
        return mb_strtolower(mb_substr($text, 0, 1)).mb_substr($text, 1);
    }
}

if (! class_exists('SortDirection')) {
    enum SortDirection
    {
        case Ascending;
        case Descending;
    }
}
