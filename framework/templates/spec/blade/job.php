<?php
// One job: a container, a view factory and a compiler of its own, so that no case sees another's state.

use Illuminate\Container\Container;
use Illuminate\Events\Dispatcher;
use Illuminate\Filesystem\Filesystem;
use Illuminate\Support\Facades\Facade;
use Illuminate\Support\MessageBag;
use Illuminate\Support\Str;
use Illuminate\Support\ViewErrorBag;
use Illuminate\View\Compilers\BladeCompiler;
use Illuminate\View\Component;
use Illuminate\View\Engines\CompilerEngine;
use Illuminate\View\Engines\EngineResolver;
use Illuminate\View\Factory;
use Illuminate\View\FileViewFinder;

function render_job(object $job, string $folder): array
{
    $level = ob_get_level();
    try {
        return ['html' => render_views($job, $folder)];
    } catch (Throwable $error) {
        // What a view throws arrives wrapped, once for every view around it.
        while ($error->getPrevious() !== null && $error instanceof ErrorException) {
            $error = $error->getPrevious();
        }

        return ['error' => get_class($error).': '.str_replace($folder.'/', '', $error->getMessage())];
    } finally {
        while (ob_get_level() > $level) {
            ob_end_clean();
        }
    }
}

function render_views(object $job, string $folder): string
{
    $files = new Filesystem;
    foreach ($job->views as $name => $text) {
        $path = $folder.'/views/'.str_replace('.', '/', $name).'.blade.php';
        $files->ensureDirectoryExists(dirname($path));
        $files->put($path, $text);
    }
    $files->ensureDirectoryExists($folder.'/compiled');
    $services = $job->services ?? new stdClass;
    $services->folder = $folder;
    write_assets($files, $folder, $services);
    [$factory, $blade, $app] = boot($files, $folder, $services);
    if (isset($job->php)) {
        (function () use ($job, $factory, $blade, $app) {
            eval($job->php);
        })();
    }
    $view = $factory->make('index', (array) ($job->data ?? []));
    if (isset($job->fragment)) {
        return $view->fragment($job->fragment);
    }

    return $view->render();
}

function boot(Filesystem $files, string $folder, object $services): array
{
    foreach (['flushCache', 'forgetFactory', 'forgetComponentsResolver'] as $forget) {
        if (method_exists(Component::class, $forget)) {
            Component::$forget();
        }
    }
    $app = new Application;
    $app->services = $services;
    Container::setInstance($app);
    Facade::clearResolvedInstances();
    Facade::setFacadeApplication($app);
    Str::createUuidsUsing(fn () => new CountedId);

    $blade = new BladeCompiler($files, $folder.'/compiled');
    $blade->component('dynamic-component', Illuminate\View\DynamicComponent::class);
    $engines = new EngineResolver;
    $engines->register('blade', fn () => new CompilerEngine($blade, $files));
    $finder = new FileViewFinder($files, [$folder.'/views']);
    foreach (glob($folder.'/views/vendor/*', GLOB_ONLYDIR) as $namespace) {
        $finder->addNamespace(basename($namespace), $namespace);
    }
    $factory = new Factory($engines, $finder, new Dispatcher($app));
    $factory->setContainer($app);

    $app->instance('app', $app);
    $app->instance('view', $factory);
    $app->instance('blade.compiler', $blade);
    $app->instance(Illuminate\Contracts\View\Factory::class, $factory);
    $app->instance(Illuminate\Contracts\Foundation\Application::class, $app);
    $app->instance(Factory::class, $factory);
    bind_services($app, $services);
    $factory->share('app', $app);
    $factory->share('errors', error_bags($services));
    foreach ((array) ($services->shared ?? []) as $name => $value) {
        $factory->share($name, $value);
    }
    foreach ((array) ($services->composers ?? []) as $views => $values) {
        $factory->composer(explode(' ', $views), fn ($view) => $view->with((array) $values));
    }
    register_project($blade, $services);

    return [$factory, $blade, $app];
}

/** What Vite leaves in the public folder. */
function write_assets(Filesystem $files, string $folder, object $services): void
{
    $files->ensureDirectoryExists($folder.'/public/build');
    if (isset($services->vite->manifest)) {
        $files->put($folder.'/public/build/manifest.json', json_encode($services->vite->manifest));
    }
    if (isset($services->vite->hot)) {
        $files->put($folder.'/public/hot', $services->vite->hot);
    }
}

function error_bags(object $services): ViewErrorBag
{
    $bags = new ViewErrorBag;
    $bags->put('default', message_bag($services->errors ?? []));
    foreach ((array) ($services->error_bags ?? []) as $name => $messages) {
        $bags->put($name, message_bag($messages));
    }

    return $bags;
}

function message_bag($messages): MessageBag
{
    return new MessageBag(array_map(fn ($list) => (array) $list, (array) $messages));
}

function blade_version(): int
{
    $compiler = BladeCompiler::class;
    $since = [
        13 => 'compileFonts',
        12 => 'compileIncludeIsolated',
        11 => 'compileBool',
        10 => 'compileSession',
        9 => 'compileFragment',
    ];
    foreach ($since as $version => $method) {
        if (method_exists($compiler, $method)) {
            return $version;
        }
    }

    return 8;
}
