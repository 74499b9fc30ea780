#include "feed/yaml_load.h"

#include "base/text.h"
#include "feed/yaml_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void listen(cyaml_log_t level, void *ctx, const char *fmt, va_list args) MM_PRINTF(3, 0);

static void listen(cyaml_log_t level, void *ctx, const char *fmt, va_list args)
{
	struct mm_yaml_complaint *c = ctx;
	char text[300];
	const char *at;

	if (level < CYAML_LOG_ERROR)
		return;
	(void)vsnprintf(text, sizeof(text), fmt, args);
	text[strcspn(text, "\n")] = '\0';
	at = mm_text_starts(text, "Load: ") ? text + 6 : text;
	if (mm_text_starts(at, "Backtrace"))
		return;
	if (mm_text_starts(at, "  in ")) {
		const char *line = strstr(at, "(line: "), *field = strstr(at, "mapping field '");

		if (!c->line && line)
			c->line = (unsigned)strtoul(line + 7, NULL, 10);
		if (!*c->field && field)
			(void)snprintf(c->field, sizeof(c->field), "%.*s", (int)strcspn(field + 15, "'"),
				       field + 15);
		return;
	}
	if (!*c->text)
		(void)snprintf(c->text, sizeof(c->text), "%s", at);
}

static cyaml_config_t config(struct mm_yaml_complaint *c)
{
	return (cyaml_config_t){.log_fn = listen,
				.log_ctx = c,
				.mem_fn = cyaml_mem,
				.log_level = CYAML_LOG_ERROR,
				.flags = CYAML_CFG_NO_ALIAS};
}

static enum mm_code refuse_bytes(const char *path, const char *yaml, size_t valid, struct mm_err *reterr)
{
	char where[MM_YAML_WHERE_MAX];
	unsigned line = 1;

	for (size_t i = 0; i < valid; i++)
		line += yaml[i] == '\n';
	mm_yaml_where(path, line, where);
	return mm_fail(reterr, MM_E_INVALID, where, "not UTF-8: save the file as UTF-8");
}

enum mm_code mm_yaml_load(const char *path, const char *yaml, size_t n, const cyaml_schema_value_t *schema,
			  struct mm_arena *mem, struct mm_yaml_keys *ret_keys, void **ret_data,
			  struct mm_err *reterr)
{
	struct mm_yaml_complaint c = {0};
	cyaml_config_t cfg = config(&c);
	cyaml_data_t *data = NULL;
	cyaml_err_t bad;
	size_t valid = mm_text_utf8_valid(yaml, n);
	enum mm_code rc;

	if (valid != n)
		return refuse_bytes(path, yaml, valid, reterr);
	rc = mm_yaml_keys_read(path, yaml, n, mem, ret_keys, reterr);
	if (rc)
		return rc;
	bad = cyaml_load_data((const uint8_t *)yaml, n, &cfg, schema, &data, NULL);
	if (bad == CYAML_ERR_OOM)
		return mm_fail_nomem(reterr);
	if (bad != CYAML_OK) {
		if (!*c.text)
			(void)snprintf(c.text, sizeof(c.text), "%s", cyaml_strerror(bad));
		return mm_yaml_explain(path, &c, ret_keys, schema, reterr);
	}
	*ret_data = data;
	return MM_OK;
}

void mm_yaml_free(const cyaml_schema_value_t *schema, void *data)
{
	struct mm_yaml_complaint c = {0};
	cyaml_config_t cfg = config(&c);

	(void)cyaml_free(&cfg, schema, data, 0);
}
