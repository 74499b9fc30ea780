#include "feed/job.h"

#include "base/json.h"
#include "feed/edit_private.h"
#include "feed/export_job.h"
#include "feed/raster_job.h"
#include "store/generalize.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_list(struct mm_json *j, const char *key, const char *const *list, size_t n)
{
	mm_json_open(j, key, '[');
	for (size_t i = 0; i < n; i++)
		mm_json_text(j, NULL, list[i]);
	mm_json_close(j, ']');
}

static void write_title(struct mm_json *j, const char *key, const struct mm_title *t)
{
	mm_json_open(j, key, '{');
	mm_json_text(j, "ru", t->ru);
	mm_json_text(j, "en", t->en);
	mm_json_close(j, '}');
}

static void write_field(struct mm_json *j, const struct mm_field_def *f)
{
	mm_json_open(j, NULL, '{');
	mm_json_text(j, "name", f->name);
	mm_json_text(j, "column", f->column);
	mm_json_text(j, "type", f->type);
	write_title(j, "unit", &f->unit);
	mm_json_bool(j, "hidden", f->hidden);
	mm_json_bool(j, "sum", f->is_summed);
	mm_json_int(j, "min_zoom", f->min_zoom);
	write_title(j, "title", &f->title);
	mm_json_open(j, "codes", '[');
	for (size_t i = 0; i < f->code_count; i++) {
		mm_json_open(j, NULL, '{');
		mm_json_text(j, "value", f->codes[i].value);
		write_title(j, "title", &f->codes[i].title);
		mm_json_close(j, '}');
	}
	mm_json_close(j, ']');
	mm_json_close(j, '}');
}

/* The texts of a definition, in one table for both ways. */
#define TEXTS(X)                                                                                             \
	X(file)                                                                                              \
	X(id)                                                                                                \
	X(license)                                                                                           \
	X(theme)                                                                                             \
	X(role)                                                                                              \
	X(source)                                                                                            \
	X(driver)                                                                                            \
	X(table)                                                                                             \
	X(sql)                                                                                               \
	X(encoding)                                                                                          \
	X(crs)                                                                                               \
	X(crs_file)                                                                                          \
	X(point_x)                                                                                           \
	X(point_y)                                                                                           \
	X(id_field)                                                                                          \
	X(time_begin)                                                                                        \
	X(time_end)                                                                                          \
	X(time_begin_fact)                                                                                   \
	X(time_end_fact)                                                                                     \
	X(style_json)

static void write_def(struct mm_json *j, const struct mm_layer_def *d)
{
	mm_json_open(j, "def", '{');
#define WRITE(name) mm_json_text(j, #name, d->name ? d->name : "");
	TEXTS(WRITE)
#undef WRITE
	write_title(j, "title", &d->title);
	write_title(j, "description", &d->description);
	write_title(j, "owner", &d->owner);
	write_list(j, "open_options", d->open_options, d->open_option_count);
	mm_json_bool(j, "source_is_path", d->source_is_path);
	mm_json_bool(j, "swap_axes", d->swap_axes);
	mm_json_int(j, "min_zoom", d->min_zoom);
	mm_json_int(j, "max_zoom", d->max_zoom);
	mm_generalize_put(j, "generalize", &d->generalize);
	mm_json_int(j, "source_line", d->source_line);
	mm_json_int(j, "crs_line", d->crs_line);
	mm_json_int(j, "table_line", d->table_line);
	mm_json_open(j, "fields", '[');
	for (size_t i = 0; i < d->field_count; i++)
		write_field(j, &d->field[i]);
	mm_json_close(j, ']');
	mm_json_close(j, '}');
}

void mm_job_write(const struct mm_job *job, struct mm_buf *out)
{
	struct mm_json j = mm_json_on(out);
	char identity[24];

	(void)snprintf(identity, sizeof(identity), "%016" PRIx64, job->identity);
	mm_json_open(&j, NULL, '{');
	mm_json_bool(&j, "probe", job->is_probe);
	if (job->is_edit)
		mm_job_edits_write(&j, job->edit, job->edit_count);
	write_list(&j, "drivers", job->driver, job->driver_count);
	mm_json_text(&j, "open", job->open);
	write_list(&j, "readable", job->readable, job->readable_count);
	mm_json_text(&j, "list_dir", job->list_dir);
	mm_json_text(&j, "temp", job->temp);
	mm_json_text(&j, "out", job->out);
	mm_json_text(&j, "stamp", job->stamp);
	mm_json_text(&j, "identity", identity);
	mm_json_int(&j, "bytes", (int64_t)job->bytes);
	mm_json_bool(&j, "network", job->has_network);
	write_def(&j, &job->def);
	if (job->export)
		mm_export_job_put(job->export, &j);
	if (job->raster)
		mm_raster_job_put(job->raster, &j);
	mm_json_close(&j, '}');
}

static const char *text(const json_t *o, const char *key, struct mm_arena *mem)
{
	const json_t *v = json_object_get(o, key);
	const char *copy =
	    json_is_string(v) ? mm_arena_text(mem, json_string_value(v), json_string_length(v)) : "";

	return copy ? copy : "";
}

static unsigned number(const json_t *o, const char *key)
{
	return (unsigned)json_integer_value(json_object_get(o, key));
}

static const char *const *list(const json_t *o, const char *key, struct mm_arena *mem, size_t *ret_n)
{
	const json_t *a = json_object_get(o, key);
	size_t n = json_array_size(a);
	const char **ret = mm_arena_array(mem, n ? n : 1, sizeof(*ret));

	for (size_t i = 0; ret && i < n; i++)
		ret[i] = mm_arena_text(mem, json_string_value(json_array_get(a, i)),
				       json_string_length(json_array_get(a, i)));
	*ret_n = ret ? n : 0;
	return ret;
}

static struct mm_title title(const json_t *o, const char *key, struct mm_arena *mem)
{
	const json_t *t = json_object_get(o, key);

	return (struct mm_title){.ru = text(t, "ru", mem), .en = text(t, "en", mem)};
}

static void read_field(const json_t *o, struct mm_arena *mem, struct mm_field_def *f)
{
	const json_t *codes = json_object_get(o, "codes");

	*f = (struct mm_field_def){.name = text(o, "name", mem),
				   .column = text(o, "column", mem),
				   .type = text(o, "type", mem),
				   .unit = title(o, "unit", mem),
				   .hidden = json_is_true(json_object_get(o, "hidden")),
				   .is_summed = json_is_true(json_object_get(o, "sum")),
				   .min_zoom = (unsigned)json_integer_value(json_object_get(o, "min_zoom")),
				   .title = title(o, "title", mem)};
	f->codes = mm_arena_array(mem, json_array_size(codes), sizeof(*f->codes));
	f->code_count = f->codes ? json_array_size(codes) : 0;
	for (size_t i = 0; i < f->code_count; i++) {
		const json_t *c = json_array_get(codes, i);

		f->codes[i] =
		    (struct mm_code_entry){.value = text(c, "value", mem), .title = title(c, "title", mem)};
	}
}

static void read_def(const json_t *o, struct mm_arena *mem, struct mm_layer_def *d)
{
	const json_t *fields = json_object_get(o, "fields");

#define READ(name) d->name = text(o, #name, mem);
	TEXTS(READ)
#undef READ
	d->title = title(o, "title", mem);
	d->description = title(o, "description", mem);
	d->owner = title(o, "owner", mem);
	d->open_options = list(o, "open_options", mem, &d->open_option_count);
	d->source_is_path = json_is_true(json_object_get(o, "source_is_path"));
	d->swap_axes = json_is_true(json_object_get(o, "swap_axes"));
	d->min_zoom = number(o, "min_zoom");
	d->max_zoom = number(o, "max_zoom");
	(void)mm_generalize_take(json_object_get(o, "generalize"), mem, &d->generalize);
	d->source_line = number(o, "source_line");
	d->crs_line = number(o, "crs_line");
	d->table_line = number(o, "table_line");
	d->field = mm_arena_array(mem, json_array_size(fields), sizeof(*d->field));
	d->field_count = d->field ? json_array_size(fields) : 0;
	for (size_t i = 0; i < d->field_count; i++)
		read_field(json_array_get(fields, i), mem, &d->field[i]);
}

enum mm_code mm_job_read(const char *json, size_t n, struct mm_arena *mem, struct mm_job *ret,
			 struct mm_err *reterr)
{
	json_t *o = json_loadb(json, n, 0, NULL);
	struct mm_job job = {0};

	if (!json_is_object(o)) {
		json_decref(o);
		return mm_fail(reterr, MM_E_INTERNAL, "", "the feed child was given no job");
	}
	job.is_probe = json_is_true(json_object_get(o, "probe"));
	job.is_edit = json_object_get(o, "edits") != NULL;
	if (job.is_edit)
		job.edit = mm_job_edits_read(json_object_get(o, "edits"), mem, &job.edit_count);
	job.driver = list(o, "drivers", mem, &job.driver_count);
	job.open = text(o, "open", mem);
	job.readable = list(o, "readable", mem, &job.readable_count);
	job.list_dir = text(o, "list_dir", mem);
	job.temp = text(o, "temp", mem);
	job.out = text(o, "out", mem);
	job.stamp = text(o, "stamp", mem);
	job.identity = strtoull(text(o, "identity", mem), NULL, 16);
	job.bytes = (uint64_t)json_integer_value(json_object_get(o, "bytes"));
	job.has_network = json_is_true(json_object_get(o, "network"));
	read_def(json_object_get(o, "def"), mem, &job.def);
	job.export = mm_export_job_take(json_object_get(o, "export"), mem);
	job.raster = mm_raster_job_take(json_object_get(o, "raster"), mem);
	json_decref(o);
	if (mem->exhausted)
		return mm_fail_nomem(reterr);
	*ret = job;
	return MM_OK;
}

void mm_report_write(const struct mm_err *err, const struct mm_report *report, struct mm_buf *out)
{
	const struct mm_buf *probe = report->probe;
	struct mm_json j = mm_json_on(out);

	mm_json_open(&j, NULL, '{');
	mm_json_int(&j, "code", err->code);
	mm_json_text(&j, "where", err->where);
	mm_json_text(&j, "message", err->msg);
	mm_json_int(&j, "inode", (int64_t)report->inode);
	mm_json_int(&j, "left_out", (int64_t)report->left_out);
	if (probe && probe->len && !err->code)
		mm_json_text_n(&j, "probe", (const char *)probe->data, probe->len);
	mm_json_close(&j, '}');
}

enum mm_code mm_report_read(const char *json, size_t n, struct mm_report *ret, struct mm_err *reterr)
{
	json_t *o = json_loadb(json, n, 0, NULL);
	const json_t *code = json_object_get(o, "code"), *probe = json_object_get(o, "probe");
	const char *where = json_string_value(json_object_get(o, "where"));
	const char *message = json_string_value(json_object_get(o, "message"));
	enum mm_code rc = MM_OK;

	if (!json_is_integer(code) || json_integer_value(code) < 0 ||
	    json_integer_value(code) >= MM_CODE_COUNT)
		rc = mm_fail(reterr, MM_E_INTERNAL, "", "the feed child gave no report");
	else if (json_integer_value(code))
		rc = mm_fail(reterr, (enum mm_code)json_integer_value(code), where ? where : "", "%s",
			     message ? message : "");
	if (!rc) {
		ret->inode = (uint64_t)json_integer_value(json_object_get(o, "inode"));
		ret->left_out = (uint64_t)json_integer_value(json_object_get(o, "left_out"));
	}
	if (!rc && ret->probe && json_is_string(probe))
		mm_buf_put(ret->probe, json_string_value(probe), json_string_length(probe));
	json_decref(o);
	return rc;
}
