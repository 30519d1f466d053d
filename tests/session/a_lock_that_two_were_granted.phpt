--TEST--
Where two requests have the lock of one session, the second to write is refused, and told
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/newer.inc';

/* Nodes that have lost a lock (evicted, or restarted one after the other): the next request is granted it, too. */
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
		continue; /* there is none that takes versions */
	}
	$cluster = new Cluster(3, $options);
	foreach (['a new session' => false, 'an old one' => true] as $kind => $is_old) {
		$what = "$name, $kind";
		$id = new_id();
		if ($is_old) {
			visit($cluster, $id, 'session_start(); $_SESSION["balance"] = 1000;', $ini)->finish();
		}
		$first = $pay($cluster, $id, 10, $ini);
		is($first->hear(), 'in', "$what: the first is in");
		lose_lock($cluster, $id);
		$second = $pay($cluster, $id, 500, $ini);
		is($second->hear(), 'in', "$what: so is the second");
		$second->tell('go');
		is($second->hear(), 'out', "$what: the second writes without a word");
		$second->finish();
		$first->tell('go');
		ok(str_contains($warning = (string) $first->hear(), 'session ' . shown_id($id) . ' was not written: another request has changed it'), "$what: the first is told: $warning");
		ok(!str_contains($warning, $id), "$what: the id is not shown");
		$first->finish();
		is(balance($cluster, $id, $ini), '500', "$what: nothing is written over");
		is(visit($cluster, $id, 'session_start(); $_SESSION["balance"] -= 1; session_write_close();', $ini)->finish(), '', "$what: the next writes as ever");
		is(balance($cluster, $id, $ini), '499', "$what: and it is written");
	}
}

/* What is written twice by one request is its own. */
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
	is($output, '34', "$name: written three times");
}

/* Without locks the last to write wins, as it is said of mcha.sess_locking. */
$ini = ['mcha.sess_locking' => 0];
visit($cluster, $id = new_id(), 'session_start(); $_SESSION["balance"] = 1000;', $ini)->finish();
[$first, $second] = [$pay($cluster, $id, 10, $ini), $pay($cluster, $id, 500, $ini)];
is([$first->hear(), $second->hear()], ['in', 'in'], 'without locks: both are in');
foreach ([$second, $first] as $one) {
	$one->tell('go');
	is($one->hear(), 'out', 'without locks: written without a word');
	$one->finish();
}
is(balance($cluster, $id, $ini), '990', 'without locks: the last one wins');

done();
?>
--EXPECT--
done
