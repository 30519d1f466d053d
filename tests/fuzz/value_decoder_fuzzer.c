/* SPDX-License-Identifier: MIT */
/* Any flags and bytes as a stored value, with PHP itself inside (libphp-embed): they are a value,
 * or a warning and false; the same whatever the memory held before, nothing lost; and what is read
 * can be stored and read again. The first four bytes are the flags, lowest first. Of the user's own
 * flags the highest says that the bytes behind them are compressed before they are decoded, the
 * next that json's objects are wanted as arrays, the next two by what is compressed.
 *
 * What PHP's own classes make of hostile bytes is PHP's business: unserialize() finds only those
 * that are written here, among them one that unserializes by the decoder again. */
#include <sanitizer/lsan_interface.h>
#include <sapi/embed/php_embed.h>

#include "fuzzer.h"
#include "glue/values/compression.h"
#include "glue/constants.h"
#include "glue/values/values.h"
#include "zend_exceptions.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
const char *__asan_default_options(void);

static const char classes[] =
	"enum Suit: string { case Hearts = 'h'; case Spades = 's'; }"
	"class Typed { public int $i = 0; public ?self $next = null; "
	"protected readonly array $a; private float $f; }"
	"class Waking { public $a; function __wakeup() { $this->a = [&$this->a, $this]; }"
	"	function __destruct() { $this->a = null; } }"
	"class Apart { public $a; function __serialize(): array { return [$this->a]; }"
	"	function __unserialize(array $a): void { $this->a = $a; } }"
	"class Throwing { function __unserialize(array $a): void { intdiv(1, 0); } }"
	"class Nested implements Serializable { public $a; "
	"function serialize() { return serialize($this->a); }"
	"	function unserialize($s) { $this->a = unserialize($s); } }"
	"class Decoding implements Serializable { public $a; function serialize() { return 'i:1;'; }"
	"	function unserialize($s) { $this->a = decode($s); } }";
static const char *const known[] = {"stdclass", "__php_incomplete_class", "suit", "typed", "waking",
	"apart", "throwing", "nested", "decoding"};

static HashTable known_classes;
static zend_execute_data frame; /* as if decode() had been called: exceptions wait for its end */
static int fill;                /* what new memory holds */
static unsigned warnings;       /* raised by the input at hand */
static php_mcha_value_rules rules = {.serializer = MCHA_SERIALIZER_PHP, .user_flags = -1};

/* --- PHP around it ---------------------------------------------------------------------------- */

static void *filled_malloc(size_t size ZEND_FILE_LINE_DC ZEND_FILE_LINE_ORIG_DC)
{
	return memset(malloc(size), fill, size);
}

static void plain_free(void *memory ZEND_FILE_LINE_DC ZEND_FILE_LINE_ORIG_DC)
{
	free(memory);
}

static void *plain_realloc(void *memory, size_t size ZEND_FILE_LINE_DC ZEND_FILE_LINE_ORIG_DC)
{
	return realloc(memory, size);
}

static void count_warning(int type, zend_string *file, const uint32_t line, zend_string *message)
{
	(void)file;
	(void)line;
	warnings++;
	if (type & (E_ERROR | E_CORE_ERROR | E_COMPILE_ERROR)) {
		fprintf(stderr, "fatal: %s\n", ZSTR_VAL(message));
		abort();
	}
}

/* decode(string $bytes): mixed. The value's first place is gone when this returns, as get()'s
 * is. */
static ZEND_FUNCTION(decode)
{
	zval *place = malloc(sizeof(*place));
	zend_string *bytes;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_STR(bytes)
	ZEND_PARSE_PARAMETERS_END();
	php_mcha_value_decode_take(zend_string_copy(bytes), 4, &rules, place);
	ZVAL_COPY_VALUE(return_value, place);
	free(place);
}

ZEND_BEGIN_ARG_INFO_EX(decode_arguments, 0, 0, 1)
ZEND_ARG_INFO(0, bytes)
ZEND_END_ARG_INFO()

static const zend_function_entry functions[] = {ZEND_FE(decode, decode_arguments) ZEND_FE_END};

/* PHP is not instrumented: if it reads freed memory, the result must show it. */
const char *__asan_default_options(void)
{
	return "max_free_fill_size=65536:free_fill_byte=219";
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	__lsan_disable(); /* PHP keeps pointers into the middle of what it made at its start */
	setenv("USE_ZEND_ALLOC", "0", 1); /* so that the sanitizer sees each piece of memory */
	setenv("PHPRC", "/dev/null", 1);
	setenv("PHP_INI_SCAN_DIR", "", 1);
	REQUIRE(php_embed_init(0, NULL) == SUCCESS);
	zend_mm_set_custom_handlers(zend_mm_get_heap(), filled_malloc, plain_free, plain_realloc);
	zend_error_cb = count_warning;
	zend_register_functions(NULL, functions, NULL, MODULE_PERSISTENT);
	REQUIRE(zend_eval_string((char *)classes, NULL, (char *)"classes") == SUCCESS);
	zend_hash_init(&known_classes, 16, NULL, NULL, 1);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		zval *class = zend_hash_str_find(EG(class_table), known[i], strlen(known[i]));

		REQUIRE(class);
		zend_hash_str_add(&known_classes, known[i], strlen(known[i]), class);
	}
	EG(class_table) = &known_classes;
	frame.func = zend_hash_str_find_ptr(CG(function_table), ZEND_STRL("decode"));
	EG(current_execute_data) = &frame;
	__lsan_enable();
	return 0;
}

/* --- what must be so -------------------------------------------------------------------------- */

/* What there is of the three, in a build without zstd too. */
static const php_mcha_compression *chosen_compression(uint32_t flags)
{
	const php_mcha_compression *by = php_mcha_compression_by_number(flags >> 28 & 3);

	return by ? by : php_mcha_compression_by_number(MCHA_COMPRESSION_ZLIB);
}

static zend_string *packed(const php_mcha_compression *by, const char *bytes, size_t size)
{
	size_t room = php_mcha_frame_room(by, size);
	zend_string *frame = zend_string_alloc(room, 0);

	room = php_mcha_frame_pack(by, ZSTR_VAL(frame), room, bytes, size, 1);
	REQUIRE(room);
	frame = zend_string_truncate(frame, room, 0);
	ZSTR_VAL(frame)[room] = '\0';
	return frame;
}

static void forget_exception(void)
{
	if (EG(exception)) {
		zend_clear_exception();
	}
}

static bool decode(zend_string *bytes, uint32_t flags, zval *value)
{
	/* PHP 8.2 itself loses the class name of an object that ends behind its count */
	bool by_php = (flags & 15) == 4 || (flags & 0xffff) == 1 || (flags & 0xffff) == 3, good;

	warnings = 0;
	ZVAL_UNDEF(value);
	if (by_php) {
		__lsan_disable();
	}
	good = php_mcha_value_decode_take(bytes, flags, &rules, value);
	if (by_php) {
		__lsan_enable();
	}
	REQUIRE(Z_TYPE_P(value) != IS_UNDEF && Z_TYPE_P(value) != IS_REFERENCE);
	REQUIRE(good || (Z_TYPE_P(value) == IS_FALSE && (warnings || EG(exception))));
	forget_exception();
	return good;
}

/* Serializes the value, to compare it; this also reads all of it. */
static zend_string *digest(zval *value)
{
	static const php_mcha_value_rules plain = {.serializer = MCHA_SERIALIZER_PHP, .user_flags = -1};
	php_mcha_payload payload;

	if (!php_mcha_value_encode(value, &plain, &payload)) {
		REQUIRE(EG(exception));
		forget_exception();
		return ZSTR_EMPTY_ALLOC();
	}
	REQUIRE((payload.flags & PHP_MCHA_FLAG_COMPRESSED) == 0);
	return payload.bytes;
}

/* Stored, with compression of everything that can be, and read again. */
static void there_and_back(zval *value, const php_mcha_compression *by)
{
	php_mcha_value_rules packing = {
		.serializer = MCHA_SERIALIZER_PHP,
		.compression = true,
		.compression_type = by->number,
		.user_flags = 7,
	};
	php_mcha_payload payload;
	zval again;

	if (!php_mcha_value_encode(value, &packing, &payload)) {
		forget_exception();
		return;
	}
	REQUIRE(payload.flags >> 16 == 7);
	if (decode(payload.bytes, payload.flags, &again)) {
		REQUIRE(Z_TYPE(again) == Z_TYPE_P(value));
		REQUIRE(Z_TYPE(again) != IS_STRING || zend_string_equals(Z_STR(again), Z_STR_P(value)));
		REQUIRE(Z_TYPE(again) != IS_LONG || Z_LVAL(again) == Z_LVAL_P(value));
	} else {
		REQUIRE(Z_TYPE_P(value) == IS_ARRAY || Z_TYPE_P(value) == IS_OBJECT);
	}
	zval_ptr_dtor(&again);
}

/* The result as a string; it must be the same with every fill. */
static zend_string *outcome(uint32_t flags, const char *bytes, size_t size, int with)
{
	const php_mcha_compression *by = chosen_compression(flags);
	zend_string *stored, *told = NULL;
	zval value;

	fill = with;
	stored = flags >> 31 ? packed(by, bytes, size) : zend_string_init(bytes, size, 0);
	if (decode(stored, flags, &value)) {
		told = digest(&value);
		there_and_back(&value, by);
	}
	zval_ptr_dtor(&value);
	forget_exception();
	zend_gc_collect_cycles(); /* a value may hold itself: that is no leak */
	return told;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	zend_string *one, *other;
	uint32_t flags;

	if (size < sizeof(flags)) {
		return 0;
	}
	flags = data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
	if (flags >> 31 && size == sizeof(flags)) {
		return 0; /* fastlz cannot represent an empty value */
	}
	if (flags >> 31) {
		flags &= ~UINT32_C(0xe0);
		flags |= PHP_MCHA_FLAG_COMPRESSED | chosen_compression(flags)->flag;
	}
	rules.serializer = flags >> 30 & 1 ? MCHA_SERIALIZER_JSON_ARRAY : MCHA_SERIALIZER_PHP;
	one = outcome(flags, (const char *)data + sizeof(flags), size - sizeof(flags), 0x00);
	other = outcome(flags, (const char *)data + sizeof(flags), size - sizeof(flags), 0xaa);
	REQUIRE(!one == !other && (!one || zend_string_equals(one, other)));
	if (one) {
		zend_string_release(one);
		zend_string_release(other);
	}
	return 0;
}
