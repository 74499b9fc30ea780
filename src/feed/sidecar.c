#include "feed/sidecar.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { FILES_MAX = 4096 };

/* Beside "name.ext": "name.<one of these>". Other sources of the same name (name.geojson) are not its parts.
 */
static const char *const by_stem[] = {"shx", "dbf", "prj", "cpg", "cst", "qpj", "dat", "map", "id", "ind",
				      "mid", "csvt", "xsd", "gfs", "rsc", "shp", "tab", "mif",
				      /* of rasters: world files */
				      "tfw", "tifw", "jgw", "jpgw", "jpegw", "pgw", "pngw", "bpw", "wld",
				      "j2w", "webpw"};
/* Beside "name.ext": "name.ext<one of these>". */
static const char *const by_name[] = {"-wal", "-journal", ".aux.xml", ".ovr", ".msk"};

struct list {
	struct mm_arena *mem;
	const char **path;
	size_t count, cap;
};

static enum mm_code add(struct list *l, const char *dir, const char *name, struct mm_err *reterr)
{
	if (l->count == FILES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, dir, "holds more than %d files", FILES_MAX);
	if (l->count == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 16;
		const char **wider = mm_arena_array(l->mem, cap, sizeof(*wider));

		if (!wider)
			return mm_fail_nomem(reterr);
		if (l->count)
			memcpy(wider, l->path, l->count * sizeof(*wider));
		l->path = wider;
		l->cap = cap;
	}
	l->path[l->count] = mm_arena_printf(l->mem, "%s%s%s", dir, *dir ? "/" : "", name);
	return l->path[l->count++] ? MM_OK : mm_fail_nomem(reterr);
}

static bool is_part(const char *base, const char *name)
{
	const char *dot = strrchr(base, '.');
	size_t stem = dot ? (size_t)(dot - base) : strlen(base), whole = strlen(base);

	if (strcmp(base, name) == 0)
		return false;
	if (strncmp(base, name, whole) == 0)
		for (size_t i = 0; i < sizeof(by_name) / sizeof(by_name[0]); i++)
			if (strcmp(name + whole, by_name[i]) == 0)
				return true;
	if (strncmp(base, name, stem) != 0 || name[stem] != '.')
		return false;
	for (size_t i = 0; i < sizeof(by_stem) / sizeof(by_stem[0]); i++)
		if (strcasecmp(name + stem + 1, by_stem[i]) == 0)
			return true;
	return false;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum mm_code list_dir(struct list *l, const char *dir, const char *base, struct mm_err *reterr)
{
	DIR *d = opendir(*dir ? dir : "/");
	enum mm_code rc = MM_OK;
	const struct dirent *e;

	if (!d)
		return mm_fail(reterr, MM_E_IO, dir, "cannot be listed: %s", strerror(errno));
	while (!rc && (e = readdir(d)) != NULL)
		if (base ? is_part(base, e->d_name) : e->d_name[0] != '.')
			rc = add(l, dir, e->d_name, reterr);
	(void)closedir(d);
	return rc;
}

enum mm_code mm_sidecars_find(const char *path, struct mm_arena *mem, struct mm_sidecars *ret,
			      struct mm_err *reterr)
{
	struct list l = {.mem = mem};
	const char *slash = strrchr(path, '/');
	struct mm_sidecars s = {0};
	struct stat st;
	enum mm_code rc;

	if (!slash || stat(path, &st) != 0)
		return mm_fail(reterr, MM_E_NOT_FOUND, path, "there is no such file");
	s.dir = mm_arena_text(mem, path, (size_t)(slash - path));
	if (!s.dir)
		return mm_fail_nomem(reterr);
	rc = add(&l, s.dir, slash + 1, reterr);
	if (!rc)
		rc = S_ISDIR(st.st_mode) ? list_dir(&l, path, NULL, reterr)
					 : list_dir(&l, s.dir, slash + 1, reterr);
	if (rc)
		return rc;
	if (l.count > 2)
		qsort(l.path + 1, l.count - 1, sizeof(*l.path), by_path);
	s.path = l.path;
	s.count = l.count;
	*ret = s;
	return MM_OK;
}
