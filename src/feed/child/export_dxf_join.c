#include "feed/child/export_dxf_join.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	CODE_TYPE = 0, /* group codes */
	CODE_NAME = 2,
	CODE_HANDLE = 5,
	CODE_VARIABLE = 9,
	CODE_X = 10,
	CODE_Y = 20,
	NUMBER = 24, /* bytes of a number that is filled in later */
	SEED = 8,    /* digits, as GDAL writes them */
	TAIL_MAX = 1 << 24
};

/* A drawing is pairs of lines: a group code and a value. */
struct pair {
	int code;
	const char *value, *end; /* of the value, before its line end */
};

struct text {
	const char *at, *end;
};

static enum mm_code fail_form(struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_INTERNAL, "", "GDAL has written a drawing of another form");
}

static enum mm_code fail_io(struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_IO, "", "the file cannot be written: %s", strerror(errno));
}

static const char *next_line(struct text *t, const char **ret_end)
{
	const char *line = t->at, *end = memchr(line, '\n', (size_t)(t->end - line));

	if (!end)
		return NULL;
	t->at = end + 1;
	*ret_end = end;
	return line;
}

/* False: no pair is left. */
static bool next_pair(struct text *t, struct pair *ret)
{
	const char *end, *code = next_line(t, &end);

	if (!code)
		return false;
	ret->code = 0;
	while (code < end && *code == ' ')
		code++;
	for (; code < end && *code >= '0' && *code <= '9' && ret->code < 10000; code++)
		ret->code = ret->code * 10 + (*code - '0');
	ret->value = next_line(t, &ret->end);
	return ret->value != NULL;
}

static bool is_pair(const struct pair *p, int code, const char *value)
{
	const size_t n = strlen(value);

	return p->code == code && (size_t)(p->end - p->value) == n && memcmp(p->value, value, n) == 0;
}

/* ---- the head ---- */

/* Room for a number, in place of that of the next pair. */
static bool put_room(struct mm_dxf_join *d, const char **from, const struct pair *p, long *ret_at)
{
	(void)fwrite(*from, 1, (size_t)(p->value - *from), d->out);
	*ret_at = ftell(d->out);
	(void)fprintf(d->out, "%0*d", NUMBER, 0);
	*from = p->end;
	return *ret_at > 0;
}

/* Up to the first entity. */
static bool put_head(struct mm_dxf_join *d, struct text *t)
{
	const char *from = t->at;
	long *corner = NULL;
	bool is_seed = false;
	struct pair p;

	while (next_pair(t, &p)) {
		if (p.code == CODE_VARIABLE) {
			corner = is_pair(&p, CODE_VARIABLE, "$EXTMIN")   ? d->corner_at[0]
				 : is_pair(&p, CODE_VARIABLE, "$EXTMAX") ? d->corner_at[1]
									 : NULL;
			is_seed = is_pair(&p, CODE_VARIABLE, "$HANDSEED");
		} else if (corner && (p.code == CODE_X || p.code == CODE_Y)) {
			if (!put_room(d, &from, &p, &corner[p.code == CODE_Y]))
				return false;
		} else if (is_seed && p.code == CODE_HANDLE && p.end - p.value == SEED) {
			d->next = strtoull(p.value, NULL, 16);
			d->seed_at = ftell(d->out) + (p.value - from);
		} else if (is_pair(&p, CODE_NAME, "ENTITIES")) {
			(void)fwrite(from, 1, (size_t)(t->at - from), d->out);
			return d->next && d->seed_at > 0;
		}
	}
	return false;
}

static bool skip_head(struct text *t)
{
	struct pair p;

	while (next_pair(t, &p))
		if (is_pair(&p, CODE_NAME, "ENTITIES"))
			return true;
	return false;
}

/* ---- entities ---- */

/* `t` stands at the end of the section afterwards. */
static bool put_entities(struct mm_dxf_join *d, struct text *t)
{
	const char *from = t->at, *begin = t->at;
	struct pair p;

	for (; next_pair(t, &p); begin = t->at) {
		if (is_pair(&p, CODE_TYPE, "ENDSEC")) {
			(void)fwrite(from, 1, (size_t)(begin - from), d->out);
			t->at = begin;
			return true;
		}
		if (p.code != CODE_HANDLE)
			continue;
		(void)fwrite(from, 1, (size_t)(p.value - from), d->out);
		(void)fprintf(d->out, "%" PRIX64, d->next++);
		from = p.end;
	}
	return false;
}

static enum mm_code add_text(struct mm_dxf_join *d, struct text *t, const char *out, struct mm_err *reterr)
{
	const bool is_first = !d->out;

	if (is_first) {
		mm_buf_init(&d->tail, TAIL_MAX);
		d->out = fopen(out, "we");
	}
	if (!d->out)
		return fail_io(reterr);
	if (!(is_first ? put_head(d, t) : skip_head(t)) || !put_entities(d, t))
		return fail_form(reterr);
	if (is_first)
		mm_buf_put(&d->tail, t->at, (size_t)(t->end - t->at));
	return ferror(d->out) ? fail_io(reterr) : MM_OK;
}

enum mm_code mm_dxf_join_add(struct mm_dxf_join *d, const char *path, const char *out, struct mm_err *reterr)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *bytes = MAP_FAILED;
	struct stat st;
	struct text t;
	enum mm_code rc;

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0)
		bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd >= 0)
		(void)close(fd);
	if (bytes == MAP_FAILED)
		return mm_fail(reterr, MM_E_IO, "", "the file cannot be read back");
	t = (struct text){bytes, (const char *)bytes + st.st_size};
	rc = add_text(d, &t, out, reterr);
	(void)munmap(bytes, (size_t)st.st_size);
	return rc;
}

/* ---- the end ---- */

/* A number that fills its room: with as many decimals as there is place for. */
static bool fill_number(const struct mm_dxf_join *d, long at, double v)
{
	char text[400];
	int whole = snprintf(text, sizeof(text), "%.0f", trunc(v));

	if (v < 0 && v > -1)
		whole = 2; /* "-0" */
	if (at <= 0 || whole > NUMBER - 2)
		return true;
	(void)snprintf(text, sizeof(text), "%.*f", NUMBER - 1 - whole, v);
	return fseek(d->out, at, SEEK_SET) == 0 && fwrite(text, 1, NUMBER, d->out) == NUMBER;
}

static bool fill_head(const struct mm_dxf_join *d, const struct mm_box *extent)
{
	bool fine = true;

	if (!mm_box_is_empty(extent))
		fine = fill_number(d, d->corner_at[0][0], extent->min_x) &&
		       fill_number(d, d->corner_at[0][1], extent->min_y) &&
		       fill_number(d, d->corner_at[1][0], extent->max_x) &&
		       fill_number(d, d->corner_at[1][1], extent->max_y);
	return fine && fseek(d->out, d->seed_at, SEEK_SET) == 0 &&
	       fprintf(d->out, "%0*" PRIX64, SEED, d->next) == SEED;
}

enum mm_code mm_dxf_join_finish(struct mm_dxf_join *d, const struct mm_box *extent, struct mm_err *reterr)
{
	FILE *f = d->out;
	bool fine = !d->tail.failed && fwrite(d->tail.data, 1, d->tail.len, f) == d->tail.len &&
		    fill_head(d, extent) && !ferror(f);

	fine = fclose(f) == 0 && fine;
	d->out = NULL;
	return fine ? MM_OK : fail_io(reterr);
}

void mm_dxf_join_release(struct mm_dxf_join *d)
{
	if (d->out)
		(void)fclose(d->out);
	mm_buf_release(&d->tail);
	*d = (struct mm_dxf_join){0};
}
