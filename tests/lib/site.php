<?php
/* The web site that tests visit: /login?name=…, /visit, /regenerate, /logout. */
header('Content-Type: text/plain');
$start = fn() => session_start() ?: exit('no session');
switch (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
	case '/login':
		$start();
		$_SESSION = ['name' => $_GET['name'], 'visits' => 0];
		exit("welcome $_GET[name]");
	case '/visit':
		$start();
		exit(isset($_SESSION['name']) ? "$_SESSION[name] " . ++$_SESSION['visits'] : 'a stranger');
	case '/regenerate':
		$start();
		exit(session_regenerate_id(true) ? 'regenerated' : 'not regenerated');
	case '/logout':
		$start();
		exit(session_destroy() ? 'bye' : 'still here');
	default:
		exit('what?');
}
