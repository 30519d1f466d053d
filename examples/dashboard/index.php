<?php
/* SPDX-License-Identifier: MIT */
/* McHA's dashboard as a page of a web site: README.md says how to make the file with the password. */
require (getenv('MCHA_FOLDER') ?: dirname(__DIR__, 2)) . '/cli/classes.php';
McHA\Cli\Dashboard\Site::show(getenv('MCHA_DASHBOARD_PASSWORD') ?: '/etc/mcha/dashboard-password');
