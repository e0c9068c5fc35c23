<?php
// Renders jobs with the real Blade. Standard input: a JSON list of jobs; standard output: {"version", "results"}.
// A job: {"views": {name: text}, "data": {…}, "services": {…}, "php": code, "fragment": name}. A result: {"html"} or {"error"}.
// The environment variable ILLUMINATE names a folder `src/Illuminate` of Laravel to use instead of the system's.

declare(strict_types=1);

error_reporting(E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED);

require __DIR__.'/polyfill.php';

$framework = getenv('ILLUMINATE') ?: '';
if ($framework !== '') {
    spl_autoload_register(function (string $class) use ($framework) {
        if (! str_starts_with($class, 'Illuminate\\')) {
            return;
        }
        $parts = array_slice(explode('\\', $class), 1);
        // Some parts of `Support` live in packages of their own.
        $places = ['', 'Collections/', 'Macroable/', 'Conditionable/', 'Reflection/'];
        foreach ($places as $place) {
            $path = $place === '' ? $parts : array_slice($parts, 1);
            $file = $framework.'/'.$place.implode('/', $path).'.php';
            if (is_file($file)) {
                require_once $file;

                return;
            }
        }
    }, true, true);
    foreach (['Collections/functions.php', 'Collections/helpers.php', 'Support/functions.php', 'Reflection/helpers.php', 'Support/helpers.php'] as $file) {
        if (is_file($framework.'/'.$file)) {
            require_once $framework.'/'.$file;
        }
    }
    // What Illuminate itself needs of others: containers, inflection and dates.
    foreach (['Psr/Container/autoload.php', 'Doctrine/Inflector/autoload.php', 'Carbon/autoload.php'] as $file) {
        @include_once $file;
    }
} else {
    require_once 'Illuminate/View/autoload.php';
}

require __DIR__.'/services.php';
require __DIR__.'/project.php';
require __DIR__.'/job.php';

set_error_handler(function (int $level, string $message, string $file, int $line) {
    if (error_reporting() & $level) {
        throw new ErrorException($message, 0, $level, $file, $line);
    }

    return false;
});

$jobs = json_decode(stream_get_contents(STDIN), false, 512, JSON_THROW_ON_ERROR);
$folder = sys_get_temp_dir().'/forge-blade-'.getmypid();
mkdir($folder, 0700);
try {
    $results = array_map(fn ($job, $number) => render_job($job, $folder.'/'.$number), $jobs, array_keys($jobs));
} finally {
    (new Illuminate\Filesystem\Filesystem)->deleteDirectory($folder);
}

echo json_encode(
    ['version' => blade_version(), 'results' => $results],
    JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR
);
