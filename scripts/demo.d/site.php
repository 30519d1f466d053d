<?php
/* The demo's web site, which recognizes its visitors by their sessions only. /login?name=…, /nodes for this web
 * server's view of the nodes, and any other page. */
header('Content-Type: text/plain');
ini_set('html_errors', '0');
if (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) === '/nodes') {
	$client = new McHA(null, null, ini_get('session.save_path'));
	$client->getMulti(range(1, 50));
	exit(implode(' ', array_column($client->getNodes(), 'state')));
}
if (!session_start()) {
	http_response_code(503);
	exit('The sessions cannot be read at the moment.');
}
if (isset($_GET['name'])) {
	$_SESSION = ['name' => $_GET['name'], 'pages' => 0];
}
if (!isset($_SESSION['name'])) {
	exit('Please log in.');
}
$_SESSION['pages']++;
echo "Hello $_SESSION[name], this is your page number $_SESSION[pages].";
