/* SPDX-License-Identifier: MIT */
/* What a client proves itself to servers by, and what servers prove themselves to it by. The
 * settings point at the client's own copies, and an open connection may use a former copy:
 * connections are closed before a copy is freed. */
#include "../client.h"

#include "../constants.h"

static bool is_same(const char *kept, const char *given)
{
	return strcmp(kept ? kept : "", given) == 0;
}

void php_mcha_client_set_sasl(php_mcha_client *client, const char *username, const char *password)
{
	client->settings.transport.username = client->username;
	client->settings.transport.password = client->password;
	if (is_same(client->username, username)
		&& (!*username || is_same(client->password, password))) {
		return;
	}
	mcha_pool_close(client->pool);
	free(client->username);
	free(client->password);
	client->username = *username ? php_mcha_checked(strdup(username)) : NULL;
	client->password = *username ? php_mcha_checked(strdup(password)) : NULL;
	client->settings.transport.username = client->username;
	client->settings.transport.password = client->password;
}

/* --- ASCII authentication --------------------------------------------------------------------- */

void php_mcha_client_set_login(php_mcha_client *client, const char *login)
{
	if (!is_same(client->login, login ? login : "")) {
		char *copy = login ? php_mcha_checked(strdup(login)) : NULL;

		mcha_pool_close(client->pool);
		free(client->login);
		client->login = copy;
	}
	client->settings.transport.login = client->login;
}

/* --- TLS -------------------------------------------------------------------------------------- */

const mcha_tls_settings *php_mcha_client_tls(const php_mcha_client *client)
{
	return client->tls ? client->tls : &mcha_tls_settings_default;
}

void php_mcha_client_set_tls(php_mcha_client *client, const mcha_tls_settings *settings)
{
	if (!mcha_tls_settings_equal(php_mcha_client_tls(client), settings)) {
		mcha_tls_settings *copy = php_mcha_checked(mcha_tls_settings_copy(settings));

		mcha_pool_close(client->pool);
		mcha_tls_settings_free(client->tls);
		client->tls = copy;
	}
	client->settings.transport.tls = php_mcha_client_tls(client);
}

static const char *text_of(const char *value)
{
	return value ? value : "";
}

void php_mcha_client_set_tls_from_ini(php_mcha_client *client)
{
	const mcha_tls_settings settings = {
		.ca = text_of(MCHA_G(tls_ca)),
		.certificate = text_of(MCHA_G(tls_certificate)),
		.key = text_of(MCHA_G(tls_key)),
		.passphrase = text_of(MCHA_G(tls_passphrase)),
		.peer_name = text_of(MCHA_G(tls_peer_name)),
		.verify = MCHA_G(tls_verify),
		.verify_name = MCHA_G(tls_verify_name),
		.only_1_3 = MCHA_G(tls_min_version) == MCHA_TLS_FROM_1_3,
	};

	php_mcha_client_set_tls(client, &settings);
}

void php_mcha_client_drop_secrets(php_mcha_client *client)
{
	free(client->username);
	free(client->password);
	free(client->login);
	mcha_tls_settings_free(client->tls);
}
