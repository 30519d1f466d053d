<?php
/* The demo's web site: it knows its visitors by their sessions alone. /login?name=…, and any other page. */
header('Content-Type: text/plain');
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
