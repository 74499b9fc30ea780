#include "base/file.h"
#include "base/text.h"
#include "feed/definition_private.h"
#include "feed/definition_schema.h"
#include "feed/yaml_keys.h"
#include "geo/crs.h"
#include "store/schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Small parts that map.yaml and the layer files have in common. */

enum { CRS_FILE_MAX = 64 << 10, ID_MAX = 64 };

enum mm_code mm_def_wrong(const struct mm_def_reading *rd, const char *at, struct mm_err *reterr,
			  const char *fmt, ...)
{
	unsigned line = mm_yaml_keys_line(rd->keys, at);
	char where[MM_YAML_WHERE_MAX], msg[512];
	va_list ap;

	mm_yaml_where(rd->path, line ? line : 1, where);
	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	return mm_fail(reterr, MM_E_INVALID, where, "%s", msg);
}

const char *mm_def_text(const struct mm_def_reading *rd, const char *text)
{
	return mm_arena_text(rd->mem, text ? text : "", text ? strlen(text) : 0);
}

struct mm_title mm_def_title(const struct mm_def_reading *rd, const struct mm_raw_title *t)
{
	return (struct mm_title){mm_def_text(rd, t ? t->ru : NULL), mm_def_text(rd, t ? t->en : NULL)};
}

bool mm_def_id_is_good(const char *id)
{
	size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n >= 1 && n <= ID_MAX && id[n] == '\0';
}

const char *mm_def_path(const char *file, const char *relative, struct mm_arena *mem)
{
	const char *slash = strrchr(file, '/');

	if (relative[0] == '/' || !slash)
		return mm_arena_text(mem, relative, strlen(relative));
	return mm_arena_printf(mem, "%.*s/%s", (int)(slash - file), file, relative);
}

bool mm_def_bool(const char *word, bool *ret)
{
	static const char *const yes[] = {"true", "yes", "on"}, *const no[] = {"false", "no", "off", ""};

	for (size_t i = 0; word && i < sizeof(yes) / sizeof(yes[0]); i++)
		if (strcasecmp(word, yes[i]) == 0) {
			*ret = true;
			return true;
		}
	for (size_t i = 0; word && i < sizeof(no) / sizeof(no[0]); i++)
		if (strcasecmp(word, no[i]) == 0)
			word = NULL;
	if (!word)
		*ret = false;
	return !word;
}

static bool is_crs_file(const char *crs)
{
	size_t n = strlen(crs);

	return n > 4 && (strcasecmp(crs + n - 4, ".wkt") == 0 || strcasecmp(crs + n - 4, ".prj") == 0);
}

/* The text of a .wkt or .prj file, without the mark that some editors put before it. */
static enum mm_code read_crs_file(const struct mm_def_reading *rd, const char *path, const char **ret_text,
				  struct mm_err *reterr)
{
	struct mm_buf file;
	enum mm_code rc;

	mm_buf_init(&file, CRS_FILE_MAX);
	rc = mm_file_read(path, &file, reterr);
	if (!rc && file.len == 0)
		rc = mm_fail(reterr, MM_E_INVALID, path, "is empty");
	if (!rc) {
		size_t bom = file.len >= 3 && memcmp(file.data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

		*ret_text = mm_arena_text(rd->mem, (const char *)file.data + bom, file.len - bom);
		rc = *ret_text ? MM_OK : mm_fail_nomem(reterr);
	}
	mm_buf_release(&file);
	return rc;
}

static enum mm_code parse_crs(const char *text, bool *ret_is_geographic, struct mm_err *reterr)
{
	struct mm_proj *proj = mm_proj_new();
	struct mm_crs crs;
	enum mm_code rc = proj ? mm_crs_parse(proj, text, &crs, reterr) : mm_fail_nomem(reterr);

	if (!rc) {
		if (ret_is_geographic)
			*ret_is_geographic = crs.is_geographic;
		mm_crs_release(&crs);
	}
	(void)mm_proj_free(proj);
	return rc;
}

enum mm_code mm_def_crs(const struct mm_def_reading *rd, const char *crs, const char **ret_text,
			const char **ret_file, bool *ret_is_geographic, struct mm_err *reterr)
{
	const char *text = mm_def_text(rd, crs), *file = mm_def_text(rd, NULL);
	struct mm_err err = {0};
	enum mm_code rc = MM_OK;

	if (crs && is_crs_file(crs)) {
		file = mm_def_path(rd->path, crs, rd->mem);
		if (!file)
			return mm_fail_nomem(reterr);
		rc = read_crs_file(rd, file, &text, &err);
		if (!rc)
			rc = parse_crs(text, ret_is_geographic, &err);
	} else if (crs && *crs) {
		rc = parse_crs(crs, ret_is_geographic, &err);
	}
	if (rc == MM_E_NOMEM || !text || !file)
		return mm_fail_nomem(reterr);
	if (rc == MM_E_INTERNAL)
		return mm_fail(reterr, rc, err.where, "%s", err.msg);
	if (rc && *file)
		return mm_def_wrong(rd, "crs", reterr, "crs file \"%.120s\": %.350s", crs, err.msg);
	if (rc)
		return mm_def_wrong(rd, "crs", reterr, "%s", err.msg);
	*ret_text = text;
	*ret_file = file;
	return MM_OK;
}
