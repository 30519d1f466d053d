<?php
/* SPDX-License-Identifier: MIT */
/* Loads the classes of cli/, and Symfony Console: Composer's, or else Debian's (php-symfony-console). */
declare(strict_types=1);

namespace McHA\Cli;

(static function (): void {
	require_once __DIR__ . '/classes.php';
	$places = [dirname(__DIR__) . '/vendor/autoload.php', dirname(__DIR__, 4) . '/vendor/autoload.php',
		'/usr/share/php/Symfony/Component/Console/autoload.php'];
	foreach (array_filter($places, is_file(...)) as $place) {
		require_once $place;
		if (class_exists(\Symfony\Component\Console\Application::class)) {
			return;
		}
	}
	fwrite(STDERR, "mcha: Symfony Console is missing: apt-get install php-symfony-console, or composer require symfony/console\n");
	exit(3);
})();
