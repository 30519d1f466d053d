--TEST--
Each failure of TLS names the node and the reason, in time, and nothing goes over the wire in plain text
--SKIPIF--
<?php $needs = ['memcached', 'tls']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.connect_timeout=10000
mcha.operation_timeout=40000
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$authority = new Authority();
$other = new Authority('another authority');
$good = $authority->issue();
$client_certificate = $authority->issue('DNS:client');
$encrypted = $authority->issue('DNS:client', 30, 'open sesame');

/* What get() says of a pool with this one node. */
$ask = function (Node $node, array $tls, string $host = '127.0.0.1') use ($authority): string {
	$client = new McHA();
	$client->setOption(McHA::OPT_TLS, $tls + ['ca' => $authority->path]);
	$client->addServer("tls://$host", $node->number);
	$client->set('key', 'value');
	return $client->getResultCode() === McHA::RES_SUCCESS ? 'success' : preg_replace('/^.*?(?=TLS failed|connection failed)/', '', $client->getLastErrorMessage());
};
$node = fn(array $options): Node => (new Cluster(1, $options))->nodes[0];

$nodes = [
	'good' => $node(['tls' => $good]),
	'expired' => $node(['tls' => $authority->issue('IP:127.0.0.1', -1)]),
	'other name' => $node(['tls' => $authority->issue('DNS:cache.example')]),
	'other address' => $node(['tls' => $authority->issue('IP:127.0.0.2')]),
	'other authority' => $node(['tls' => $other->issue()]),
	'closed' => $node(['tls' => $good, 'clients' => $authority, 'visitor' => $client_certificate]),
	'1.3' => $node(['tls' => $good, 'arguments' => ['-o', 'ssl_min_version=3']]),
	'plain' => $node([]),
];
$mine = ['certificate' => $client_certificate->path, 'key' => $client_certificate->key];
$not_accepted = "TLS failed: the node's certificate is not accepted: ";
$wants_certificate = 'TLS failed: the node asks for a client certificate (tls_certificate)';
$cases = [
	['good', [], 'success'],
	['good', ['ca' => dirname($authority->path) . '/none'], "TLS failed: tls_ca "],
	['good', ['ca' => $other->path], $not_accepted],
	['good', ['peer_name' => 'localhost'], 'success'],
	['good', ['peer_name' => 'elsewhere'], "TLS failed: the node's certificate does not name elsewhere (hostname mismatch)"],
	['good', ['peer_name' => 'elsewhere', 'verify_name' => false], 'success'],
	['good', ['min_version' => '1.3'], 'success'],
	['1.3', [], 'success'],
	['expired', [], "{$not_accepted}certificate has expired"],
	['expired', ['verify' => false], 'success'],
	['other name', [], "TLS failed: the node's certificate does not name 127.0.0.1 (IP address mismatch)"],
	['other name', ['peer_name' => 'cache.example'], 'success'],
	['other address', [], "TLS failed: the node's certificate does not name 127.0.0.1 (IP address mismatch)"],
	['other authority', [], $not_accepted],
	['closed', [], $wants_certificate],
	['closed', $mine, 'success'],
	['closed', $mine, 'success'], /* memcached ends a handshake that offers a session */
	['closed', ['certificate' => $encrypted->path, 'key' => $encrypted->key, 'passphrase' => 'open sesame'], 'success'],
	['closed', ['certificate' => $encrypted->path, 'key' => $encrypted->key], 'TLS failed: tls_key '],
	['closed', ['certificate' => $encrypted->path, 'key' => $encrypted->key, 'passphrase' => 'wrong'], 'TLS failed: tls_key '],
	['closed', ['certificate' => $client_certificate->path, 'key' => $encrypted->key, 'passphrase' => 'open sesame'], 'TLS failed: tls_key '],
	['closed', ['certificate' => $client_certificate->path], 'TLS failed: tls_key '],
	['plain', [], 'TLS failed: the node answers, but not in TLS'],
];
foreach ($cases as [$name, $tls, $expected]) {
	$message = $ask($nodes[$name], $tls);
	ok(str_starts_with($message, $expected), "$name, " . json_encode($tls, JSON_UNESCAPED_SLASHES) . ": $message");
	ok(!str_contains($message, 'open sesame'), 'no message has the passphrase');
}
is($ask($nodes['good'], [], 'localhost'), 'success', 'a node that is named');

/* A node that speaks TLS behind a plain pool string. */
$client = new McHA(null, null, $nodes['good']->name);
is($client->get('key'), false, 'plain text to a node with TLS');
is($client->getLastErrorMessage(), "{$nodes['good']->name}: in plain text, to a server that speaks TLS to other processes: write tls:// before its name",
	'the message says what to write');

/* The message of an operation begins with the node. */
$client = new McHA(null, null, "tls://{$nodes['expired']->name}");
$client->setOption(McHA::OPT_TLS, ['ca' => $authority->path]);
$client->get('key');
is($client->getLastErrorMessage(), "{$nodes['expired']->name}: {$not_accepted}certificate has expired", 'the message names the node');
is(result($client), 'RES_CONNECTION_FAILURE', 'the result code');

/* A server that is none. */
$silent = stream_socket_server('tcp://127.0.0.1:0');
$client = new McHA();
$client->setOption(McHA::OPT_CONNECT_TIMEOUT, 100);
$client->addServer('tls://127.0.0.1', (int) explode(':', stream_socket_get_name($silent, false))[1]);
is($client->get('key'), false, 'a server that says nothing');
ok(str_ends_with($client->getLastErrorMessage(), 'connection failed: TLS handshake: Connection timed out'), "runs into the connect timeout: {$client->getLastErrorMessage()}");
$hello = fread(stream_socket_accept($silent), 1000);
is($hello[0], "\x16", 'the client begins by a handshake');
ok(!str_contains($hello, 'key'), 'and says nothing in plain text');

/* The options. */
foreach ([['ca' => 1], ['no' => ''], ['verify' => 1], ['min_version' => '1.1'], 'ca', ['ca' => "a\0b"], ['verify']] as $bad) {
	is(@$client->setOption(McHA::OPT_TLS, $bad), false, 'OPT_TLS refuses ' . json_encode($bad));
}
ok($client->setOption(McHA::OPT_TLS, ['passphrase' => 'open sesame', 'min_version' => '1.3']), 'OPT_TLS');
is($client->getOption(McHA::OPT_TLS), ['ca' => '', 'certificate' => '', 'key' => '', 'peer_name' => '', 'verify' => true, 'verify_name' => true, 'min_version' => '1.3'],
	'getOption() returns the parts that were not set, too, and no passphrase');
ob_start();
var_dump($client);
phpinfo(INFO_MODULES);
ok(!str_contains(ob_get_clean(), 'open sesame'), 'the passphrase is not shown');
ini_set('mcha.tls_passphrase', 'open sesame');
ob_start();
phpinfo(INFO_MODULES);
ok(!str_contains(ob_get_clean(), 'open sesame'), 'nor that of the directive');
is(@ini_set('mcha.tls_min_version', '1.1'), false, 'older versions than 1.2 are refused');

done();
?>
--EXPECT--
done
