<?php
/* SPDX-License-Identifier: MIT */
/* Loads the classes of cli/. */
declare(strict_types=1);

namespace McHA\Cli;

spl_autoload_register(static function (string $class): void {
	$file = __DIR__ . '/' . strtr(substr($class, strlen(__NAMESPACE__) + 1), '\\', '/') . '.php';
	if (str_starts_with($class, __NAMESPACE__ . '\\') && is_file($file)) {
		require $file;
	}
});
