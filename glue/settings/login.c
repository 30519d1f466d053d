/* SPDX-License-Identifier: MIT */
/* The login of ASCII authentication, from directives or from a file. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../client.h"

/* A login goes out as "user password" in one line. */
static bool is_word(const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f) {
			return false;
		}
	}
	return length > 0;
}

static void set_login(php_mcha_client *client, const char *name, size_t name_length,
	const char *password, size_t password_length, const char *where)
{
	char login[MCHA_LOGIN_MAX + 1];

	if (!is_word(name, name_length) || !is_word(password, password_length)
		|| name_length + password_length + 1 > MCHA_LOGIN_MAX) {
		php_error_docref(NULL, E_WARNING,
			"%s: a user name and a password are needed, without spaces and control characters, "
			"of at most %d bytes together",
			where, MCHA_LOGIN_MAX - 1);
		return;
	}
	snprintf(login, sizeof(login), "%.*s %.*s", (int)name_length, name, (int)password_length,
		password);
	php_mcha_client_set_login(client, login);
	explicit_bzero(login, sizeof(login));
}

/* The length of the file's first line; negative: a warning says why it cannot be used. */
static ssize_t read_file(const char *path, char *line, size_t size)
{
	struct stat info;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = -1;

	if (fd < 0 || fstat(fd, &info) != 0) {
		php_error_docref(NULL, E_WARNING, "mcha.auth_file: %s: %s", path, strerror(errno));
	} else if (info.st_mode & (S_IRWXO)) {
		php_error_docref(NULL, E_WARNING,
			"mcha.auth_file: others may use %s: forbid it by chmod o= first", path);
	} else {
		length = read(fd, line, size);
	}
	if (fd >= 0) {
		close(fd);
	}
	return length < 0 ? -1 : (ssize_t)strcspn(line, "\r\n");
}

static void set_login_from_file(php_mcha_client *client, const char *path)
{
	char line[MCHA_LOGIN_MAX + 1] = "";
	ssize_t length = read_file(path, line, sizeof(line) - 1);
	const char *colon = length < 0 ? NULL : memchr(line, ':', (size_t)length);

	if (length >= 0) {
		size_t name = colon ? (size_t)(colon - line) : 0;

		set_login(client, line, name, line + name + 1, colon ? (size_t)length - name - 1 : 0,
			"mcha.auth_file (user:password)");
	}
	explicit_bzero(line, sizeof(line));
}

void php_mcha_client_set_login_from_ini(php_mcha_client *client)
{
	const char *name = MCHA_G(auth_username), *password = MCHA_G(auth_password);
	const char *path = MCHA_G(auth_file);

	if (name && *name) {
		password = password ? password : "";
		set_login(client, name, strlen(name), password, strlen(password),
			"mcha.auth_username, mcha.auth_password");
	} else if (path && *path) {
		set_login_from_file(client, path);
	}
}
