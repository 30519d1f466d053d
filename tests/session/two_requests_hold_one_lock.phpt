--TEST--
If two requests hold the lock of one session, the second write is refused with a warning
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/newer.inc';

/* Nodes that have lost a lock (evicted, or restarted one after the other) grant it to the next request, too. */
function lose_lock(Cluster $cluster, string $id): void
{
	foreach (array_keys($cluster->nodes) as $i) {
		$cluster->raw($i, 'delete ' . ini_get('mcha.sess_prefix') . "lock.$id\r\n");
	}
}

function balance(Cluster $cluster, string $id, array $ini): string
{
	return visit($cluster, $id, 'session_start(); echo $_SESSION["balance"] ?? "none";', $ini)->finish();
}

const PAY = 'session_start(); $_SESSION["balance"] = ($_SESSION["balance"] ?? 1000) - $argv[2]; echo "in\n"; fgets(STDIN); session_write_close(); echo "out\n";';
$pay = fn(Cluster $cluster, string $id, int $amount, array $ini) => new Child(VISIT . PAY, [$id, $amount], $ini + session_settings($cluster));

$kinds = [
	'meta' => [[], []], 'text' => [['mcha.protocol' => 'text'], []], 'binary' => [['mcha.protocol' => 'binary'], []],
	'servers that keep no CAS' => [[], ['arguments' => ['-C']]], 'in text, servers that keep no CAS' => [['mcha.protocol' => 'text'], ['arguments' => ['-C']]],
	'versions' => [[], ['memcached' => newer_memcached()]], 'balanced' => [['mcha.read_policy' => 'balanced'], []],
	'quorum' => [['mcha.read_policy' => 'quorum', 'mcha.sess_number_of_replicas' => 2], ['memcached' => newer_memcached()]],
	'one copy' => [['mcha.sess_number_of_replicas' => 0], []], 'kept connections' => [['mcha.sess_persistent' => 1], []],
	'written though unchanged' => [['session.lazy_write' => 0], []],
];
foreach ($kinds as $name => [$ini, $options]) {
	if (array_key_exists('memcached', $options) && !$options['memcached']) {
		continue; /* no server on this machine accepts versions */
	}
	$cluster = new Cluster(3, $options);
	foreach (['a new session' => false, 'an existing session' => true] as $kind => $is_old) {
		$what = "$name, $kind";
		$id = new_id();
		if ($is_old) {
			visit($cluster, $id, 'session_start(); $_SESSION["balance"] = 1000;', $ini)->finish();
		}
		$first = $pay($cluster, $id, 10, $ini);
		is($first->hear(), 'in', "$what: the first request has the session open");
		lose_lock($cluster, $id);
		$second = $pay($cluster, $id, 500, $ini);
		is($second->hear(), 'in', "$what: the second request has it open, too");
		$second->tell('go');
		is($second->hear(), 'out', "$what: the second request writes without a warning");
		$second->finish();
		$first->tell('go');
		ok(str_contains($warning = (string) $first->hear(), 'session ' . shown_id($id) . ' was not written: another request has changed it'), "$what: the first request gets a warning: $warning");
		ok(!str_contains($warning, $id), "$what: the warning does not show the id");
		$first->finish();
		is(balance($cluster, $id, $ini), '500', "$what: the first request has not overwritten the session");
		is(visit($cluster, $id, 'session_start(); $_SESSION["balance"] -= 1; session_write_close();', $ini)->finish(), '', "$what: the next request writes without a warning");
		is(balance($cluster, $id, $ini), '499', "$what: the session has the next request's data");
	}
}

/* A request that writes several times overwrites only its own data. */
$cluster = new Cluster(3);
foreach ($kinds as $name => [$ini]) {
	$output = visit($cluster, new_id(), '
		final class Twice extends SessionHandler
		{
			public function write(string $id, string $data): bool
			{
				return parent::write($id, "a|i:1;") && parent::write($id, "a|i:2;") && parent::write($id, $data);
			}
		}
		session_set_save_handler(new Twice());
		session_start(); $_SESSION["a"] = 3; session_write_close();
		session_start(); echo $_SESSION["a"]; $_SESSION["a"] = 4; session_write_close();
		session_start(); echo $_SESSION["a"];', $ini)->finish();
	is($output, '34', "$name: the request wrote three times");
}

/* Without locks the last write wins, as documented for mcha.sess_locking. */
$ini = ['mcha.sess_locking' => 0];
visit($cluster, $id = new_id(), 'session_start(); $_SESSION["balance"] = 1000;', $ini)->finish();
[$first, $second] = [$pay($cluster, $id, 10, $ini), $pay($cluster, $id, 500, $ini)];
is([$first->hear(), $second->hear()], ['in', 'in'], 'without locks: both requests have the session open');
foreach ([$second, $first] as $one) {
	$one->tell('go');
	is($one->hear(), 'out', 'without locks: both write without a warning');
	$one->finish();
}
is(balance($cluster, $id, $ini), '990', 'without locks: the last write wins');

done();
?>
--EXPECT--
done
