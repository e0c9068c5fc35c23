<?php
// The project of the specification: what `custom.md` says is registered, for Blade.

use Illuminate\View\Compilers\BladeCompiler;

function register_project(BladeCompiler $blade, object $services): void
{
    $blade->if('disk', fn ($name = 'local') => $name === ($services->config->disk ?? 'local'));
    $blade->directive('shout', fn ($text) => "<?php echo e(strtoupper($text)); ?>");
    $blade->directive('stamp', fn () => "<?php echo '<time>now</time>'; ?>");
    $blade->directive('framed', fn ($title) => "<?php echo '<fieldset><legend>'.e($title).'</legend>'; ?>");
    $blade->directive('endframed', fn () => "<?php echo '</fieldset>'; ?>");
}
