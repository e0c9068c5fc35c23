<?php
// What Laravel puts around Blade, as small as a case needs it: bound from the case's `json services`.

use Illuminate\Container\Container;
use Illuminate\Support\HtmlString;

class Application extends Container
{
    public object $services;

    public function environment(...$names)
    {
        $environment = $this->services->env ?? 'testing';
        if ($names === []) {
            return $environment;
        }

        return Illuminate\Support\Str::is(is_array($names[0]) ? $names[0] : $names, $environment);
    }

    public function getNamespace()
    {
        return 'App\\';
    }

    public function terminating($callback)
    {
        return $this;
    }
}

/** Stands for a UUID: different at every call, the same in every run. */
class CountedId
{
    private static int $next = 0;

    private int $number;

    public function __construct()
    {
        $this->number = self::$next++;
    }

    public function __toString(): string
    {
        return 'id-'.$this->number;
    }
}

/** Key and value: sessions, contexts, configurations. */
class Store
{
    public function __construct(private array $items)
    {
    }

    public function has($key)
    {
        return isset($this->items[$key]);
    }

    public function get($key, $default = null)
    {
        return $this->items[$key] ?? $default;
    }
}

class Guard
{
    public function __construct(private ?object $user)
    {
    }

    public function check()
    {
        return $this->user !== null;
    }

    public function guest()
    {
        return $this->user === null;
    }

    public function user()
    {
        return $this->user;
    }
}

class Auth
{
    public function __construct(private object $services)
    {
    }

    public function guard($name = null)
    {
        return new Guard($name === null ? ($this->services->user ?? null) : ($this->services->guards->$name ?? null));
    }

    public function user()
    {
        return $this->guard()->user();
    }
}

/** An ability is true, false, or a list of what it holds for: the argument itself or its `id`. */
class Gate
{
    public function __construct(private array $abilities)
    {
    }

    public function check($abilities, $arguments = [])
    {
        foreach ((array) $abilities as $ability) {
            if (! $this->allows($ability, $arguments)) {
                return false;
            }
        }

        return true;
    }

    public function denies($ability, $arguments = [])
    {
        return ! $this->check($ability, $arguments);
    }

    public function any($abilities, $arguments = [])
    {
        foreach ((array) $abilities as $ability) {
            if ($this->allows($ability, $arguments)) {
                return true;
            }
        }

        return false;
    }

    private function allows($ability, $arguments)
    {
        $allowed = $this->abilities[$ability] ?? false;
        if (is_bool($allowed)) {
            return $allowed;
        }
        $first = is_array($arguments) ? ($arguments[0] ?? null) : $arguments;

        return in_array(is_object($first) ? $first->id : $first, $allowed, true);
    }
}

class Translator
{
    public function __construct(private array $lines)
    {
    }

    public function get($key, $replace = [], $locale = null)
    {
        $line = $this->lines[$key] ?? $key;
        foreach ($replace as $name => $value) {
            $line = str_replace(
                [':'.ucfirst($name), ':'.strtoupper($name), ':'.$name],
                [ucfirst((string) $value), strtoupper((string) $value), (string) $value],
                $line
            );
        }

        return $line;
    }

    public function choice($key, $number, $replace = [], $locale = null)
    {
        $parts = explode('|', $this->lines[$key] ?? $key);
        foreach ($parts as $part) {
            if (preg_match('/^\{(\d+)\}\s*(.*)$/s', $part, $found) && (int) $found[1] === $number) {
                return $this->filled($found[2], $number, $replace);
            }
            if (preg_match('/^\[(\d+),(\d+|\*)\]\s*(.*)$/s', $part, $found)
                && $number >= (int) $found[1] && ($found[2] === '*' || $number <= (int) $found[2])) {
                return $this->filled($found[3], $number, $replace);
            }
        }

        return $this->filled($number === 1 ? $parts[0] : ($parts[1] ?? $parts[0]), $number, $replace);
    }

    private function filled($line, $number, $replace)
    {
        return (new self([$line => $line]))->get($line, $replace + ['count' => $number]);
    }
}

function bind_services(Application $app, object $services): void
{
    $app->instance('auth', new Auth($services));
    $app->instance('session', new Store((array) ($services->session ?? [])));
    $app->instance('context', new Store((array) ($services->context ?? [])));
    $app->instance('config', new Store((array) ($services->config ?? []) + ['view.compiled' => $services->folder.'/compiled']));
    $app->instance(Illuminate\Contracts\Auth\Access\Gate::class, new Gate((array) ($services->abilities ?? [])));
    $app->instance('translator', new Translator((array) ($services->translations ?? [])));
}

function app($name = null)
{
    $app = Container::getInstance();

    return $name === null ? $app : $app->make($name);
}

function auth()
{
    return app('auth');
}

function context()
{
    return app('context');
}

function session($key = null, $default = null)
{
    return $key === null ? app('session') : app('session')->get($key, $default);
}

function config($key, $default = null)
{
    return app('config')->get($key, $default);
}

function old($field, $default = null)
{
    return app()->services->old->$field ?? $default;
}

function trans($key, $replace = [])
{
    return app('translator')->get($key, $replace);
}

function __($key, $replace = [])
{
    return trans($key, $replace);
}

function csrf_token()
{
    return app()->services->csrf ?? '';
}

function csrf_field()
{
    return new HtmlString('<input type="hidden" name="_token" value="'.csrf_token().'" autocomplete="off">');
}

function method_field($method)
{
    return new HtmlString('<input type="hidden" name="_method" value="'.$method.'">');
}

function public_path($path = '')
{
    return app()->services->folder.'/public/'.$path;
}

function asset($path, $secure = null)
{
    return (app()->services->base_url ?? '').'/'.ltrim($path, '/');
}

function url($path)
{
    return asset($path);
}

function route($name, $parameters = [])
{
    $path = app()->services->routes->$name;
    foreach ($parameters as $key => $value) {
        $path = str_replace('{'.$key.'}', rawurlencode((string) $value), $path);
    }

    return asset($path);
}
