--TEST--
mcha dump and mcha restore carry values and sessions into a pool of another shape, and replace nothing that is there; a damaged file is refused
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';

$folder = new Folder();
$file = "$folder->path/dump";
$from = new Cluster(3);
$to = new Cluster(4, ['arguments' => ['-I', '2m']]);
$mcha = new CommandLine($from->servers());
$other = new CommandLine($to->servers());
$options = [McHA::OPT_USER_FLAGS => 3];
$client = $from->client($options);

$values = ['string' => 'text', 'bytes' => "\x00\r\n\xff end 1\n", 'empty' => '', 'number' => 42, 'array' => ['a' => [1, 2]], 'large' => random_bytes(900000),
	'compressed' => str_repeat('compress ', 2000)];
for ($i = 0; $i < 500; $i++) {
	$values[$i % 50 ? "key$i" : $i + 1000] = "value $i";
}
$client->setMulti($values, 5000);
$client->set('for ever', 'x'); // a bad key
$client->set('for.ever', 'always');
$prefixed = $from->client([McHA::OPT_PREFIX_KEY => 'app:']);
$prefixed->setMulti(['one' => 1, 'two' => 2], 5000);
ini_set('session.save_handler', 'mcha');
ini_set('session.save_path', $from->servers());
ini_set('session.use_cookies', '0');
ini_set('session.cache_limiter', '');
session_id('ada');
session_start();
$_SESSION['name'] = 'Ada';
session_write_close();
$from->raw(0, "set mcha.lock.x 0 0 1\r\n1\r\n");

/* Out, and in. A dump that was killed has left a file that other users can read. */
umask(0022);
touch("$file.unfinished");
$result = $mcha->json('dump', $file, '--prefix=app:');
is([$mcha->exitCode, $result['items'], $result['unknown']], [0, count($values) + 4, 0], "dump: each item once: $mcha->errors");
is(glob("$folder->path/*"), [$file], 'dump leaves nothing but its file');
is(decoct(fileperms($file) & 07777), '600', 'which no other user can read');
is($other->run('restore', $file, '--verify'), "$file is complete: " . ($result['items']) . " items.\n", 'restore --verify');
is(array_sum(array_map(fn(int $i) => $to->items($i), [0, 1, 2, 3])), 0, 'which stores nothing');
$result = $other->json('restore', $file, '--set=number_of_replicas=2');
is([$other->exitCode, $result['stored'], $result['kept'], $result['ended']], [0, count($values) + 4, 0, 0], "restore: $other->errors");
$restored = $to->client([McHA::OPT_NUMBER_OF_REPLICAS => 2]);
foreach ($values as $key => $value) {
	ok($restored->get((string) $key) === $value, "$key is as it was");
}
is($restored->getMulti(array_keys($values), McHA::GET_PRESERVE_ORDER), $values, 'all values');
is(count($to->copies('key1')), 3, 'as many copies as this pool has');
is($restored->get('key1', null, McHA::GET_EXTENDED)['flags'], 3, 'the flags of the application');
between($to->ttl($to->preference($restored, 'key1')[2], 'key1'), 4000, 5000, 'the remaining life');
is($to->ttl($to->preference($restored, 'for.ever')[0], 'for.ever'), -1, 'a value that lives for ever');
$there = $to->client([McHA::OPT_PREFIX_KEY => 'app:', McHA::OPT_NUMBER_OF_REPLICAS => 2]);
is($there->getMulti(['one', 'two']), ['one' => 1, 'two' => 2], 'values with a prefix');
is($there->repair(['one', 'two']), [], 'lie where the application looks for them');
ini_set('session.save_path', $to->servers());
session_id('ada');
session_start();
is($_SESSION, ['name' => 'Ada'], 'the session');
session_write_close();

/* What is there stays. */
$restored->set('key1', 'newer', 1000);
$restored->delete('key2');
$result = $other->json('restore', $file, '--set=number_of_replicas=2');
is([$result['stored'], $result['kept']], [1, count($values) + 3], 'restore again');
is([$restored->get('key1'), $restored->get('key2')], ['newer', 'value 2'], 'stores what is missing alone');
$other->run('restore', $file, '--set=number_of_replicas=2', '--overwrite');
is($restored->get('key1'), 'value 1', 'unless it is to overwrite');
is(array_values(array_unique($to->copies('key1'))), ['value 1'], 'on all home nodes');

/* By a pipe; and items whose life is over. */
$client->set('brief', 'x', 4);
[$process, $output, $errors] = $mcha->start('dump', '-', '--prefix=app:');
is($process->wait(), 0, 'dump to standard output');
$end = time() + 5;
wait_until(fn() => time() > $end, what: 'the end of a value');
$result = $other->json('restore', $output);
is([$result['stored'], $result['ended']], [0, 1], 'items whose life is over are left out');

/* Damaged files. */
$good = file_get_contents($file);
$plain = gzdecode($good);
$damaged = [
	'cut off' => substr($good, 0, intdiv(strlen($good), 2)),
	'without the last line' => gzencode(substr($plain, 0, strrpos(rtrim($plain), "\n") + 1)),
	'with a value that was changed' => gzencode(str_replace('value 7', 'value 8', $plain)),
	'with an item that was taken out' => gzencode(preg_replace('/^key9 .*\nvalue 9\n/m', '', $plain)),
	'of another form' => gzencode("something else\n"),
	'not compressed' => "mcha dump 1\n",
	'empty' => '',
];
$to->empty(0, 1, 2, 3);
foreach ($damaged as $how => $bytes) {
	file_put_contents($file, $bytes);
	$other->run('restore', $file);
	ok($other->exitCode === 3 && str_contains($other->errors, 'is no complete dump'), "a file $how: $other->errors");
	is($to->copies('key3'), [], 'of which nothing is stored');
}
$other->run('restore', "$folder->path/none");
ok($other->exitCode === 3 && str_contains($other->errors, 'cannot open'), "no such file: $other->errors");
$mcha->run('dump', '/no/such/folder/dump');
ok($mcha->exitCode === 3 && str_contains($mcha->errors, 'cannot open'), "no such folder: $mcha->errors");

/* An item that the other pool's servers do not take. */
$small = new Cluster(2);
$large = $to->client();
$large->set('large', random_bytes(1500000));
(new CommandLine($to->servers()))->run('dump', $file);
$result = ($tight = new CommandLine($small->servers()))->json('restore', $file);
is([$tight->exitCode, $result['incomplete']], [1, 1], 'an item that is too large for the servers');
ok(str_contains(reset($result['failed']), 'too large'), 'and why: ' . reset($result['failed']));

/* A dead node. */
$from->kill(1);
$result = $mcha->json('dump', $file, '--prefix=app:');
is([$mcha->exitCode, array_keys($result['unlisted']), $result['items']], [3, [$from->name(1)], count($values) + 4], 'dump: a dead node is named, and the other copies are read');
$to->kill(1);
$result = $other->json('restore', $file);
is([$other->exitCode, array_keys($result['failed'])], [1, [$to->name(1)]], 'restore: a dead node is named');

done();
?>
--EXPECT--
done
