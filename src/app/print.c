#include "api/prints/order.h"
#include "app/args.h"
#include "app/command.h"
#include "app/say.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/num.h"
#include "base/text.h"
#include "feed/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A plan from a file onto paper, without a server: what POST /print makes. */

enum { PLAN_BYTES_MAX = 1 << 20 }; /* what a plan may have is said by who reads it */

struct job {
	const char *dir, *plan, *out; /* plan NULL: only a template */
	struct mm_order order;
	struct mm_buf json;
	bool is_terminal;
	int64_t start_ns;
};

/* ---- what is said meanwhile ---- */

static void clear_line(const struct job *job)
{
	if (job->is_terminal)
		(void)fprintf(stderr, "\r\033[K");
}

static void on_begin(void *ctx, const char *id)
{
	const struct job *job = ctx;

	clear_line(job);
	if (job->is_terminal)
		(void)fprintf(stderr, "%s", id);
}

static void on_progress(void *ctx, unsigned done, unsigned sheets)
{
	const struct job *job = ctx;

	clear_line(job);
	if (job->is_terminal && done < sheets)
		(void)fprintf(stderr, mm_say("лист %u из %u", "sheet %u of %u"), done + 1, sheets);
}

/* A layer that is not there is not on the map: that is said. */
static void tell_missing(const struct mm_catalog *c)
{
	for (size_t i = 0; i < mm_catalog_count(c); i++)
		if (*mm_catalog_entry(c, i)->error)
			(void)fprintf(stderr, "munimap: %s\n", mm_catalog_entry(c, i)->error);
}

static void tell_end(const struct job *job, const struct mm_job_result *about, size_t bytes)
{
	(void)printf(mm_say("%s: листов %u, %.2f МБ, %.1f с\n", "%s: sheets %u, %.2f MB, %.1f s\n"), job->out,
		     about->sheets, (double)bytes / 1e6, (double)(mm_clock_mono_ns() - job->start_ns) / 1e9);
}

/* ---- files ---- */

static enum mm_code read_stdin(struct mm_buf *b, struct mm_err *reterr)
{
	unsigned char piece[1 << 14];
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0)
		mm_buf_put(b, piece, n);
	if (ferror(stdin))
		return mm_fail(reterr, MM_E_IO, "stdin", "cannot be read");
	return b->failed ? mm_fail(reterr, MM_E_LIMIT, "stdin", "this is no plan: it is too long") : MM_OK;
}

static enum mm_code read_plan(struct job *job, struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	mm_buf_init(&job->json, PLAN_BYTES_MAX);
	if (!job->plan)
		mm_buf_text(&job->json, "{}");
	else if (strcmp(job->plan, "-") == 0)
		rc = read_stdin(&job->json, reterr);
	else
		rc = mm_file_read(job->plan, &job->json, reterr);
	job->order.json = job->json.len ? (const char *)job->json.data : "";
	job->order.n = job->json.len;
	return rc;
}

static enum mm_code write_out(const struct job *job, const struct mm_buf *b, struct mm_err *reterr)
{
	if (strcmp(job->out, "-") != 0)
		return mm_file_write(job->out, b->data, b->len, reterr);
	if (fwrite(b->data, 1, b->len, stdout) != b->len || fflush(stdout) != 0)
		return mm_fail(reterr, MM_E_IO, "stdout", "cannot be written");
	return MM_OK;
}

/* ---- making it ---- */

/* When it is made: today, or what those say who want the same bytes every day
 * (https://reproducible-builds.org/specs/source-date-epoch). */
static int64_t moment_s(void)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	int64_t s;

	return text && mm_num_parse_int(text, strlen(text), &s) && s >= 0 ? s : mm_order_today_s();
}

/* Faults of the plan are said with the name of its file. */
static void say_fault(const struct job *job, const struct mm_err *err)
{
	const char *file = job->plan && strcmp(job->plan, "-") != 0 ? job->plan
			   : job->plan                              ? "stdin"
								    : "--template";

	(void)fprintf(stderr, "munimap: %s: %s%s%s\n", file, err->where, *err->where ? ": " : "", err->msg);
}

static int make(struct job *job)
{
	struct mm_job_result about = {0};
	struct mm_err err = {0};
	struct mm_buf b = {0};
	enum mm_code rc = mm_order_make(&job->order, &b, &about, &err);

	clear_line(job);
	if (rc) {
		say_fault(job, &err);
	} else {
		rc = write_out(job, &b, &err);
		if (rc)
			mm_say_error(&err);
		else if (strcmp(job->out, "-") != 0)
			tell_end(job, &about, b.len);
	}
	mm_buf_release(&b);
	return rc ? 1 : 0;
}

static int load_and_make(struct job *job)
{
	struct mm_catalog_slot *slot = mm_catalog_slot_new();
	const struct mm_loader_events events = {.ctx = job, .on_begin = on_begin};
	struct mm_loader *loader = NULL;
	struct mm_err err = {0};
	enum mm_code rc = slot ? read_plan(job, &err) : mm_fail_nomem(&err);
	int code = 1;

	if (!rc)
		rc = mm_loader_new(job->dir, slot, &events, &loader, &err);
	job->order.kits = rc ? NULL : mm_kits_new();
	if (!rc && !job->order.kits)
		rc = mm_fail_nomem(&err);
	clear_line(job);
	if (rc) {
		mm_say_error(&err);
	} else {
		job->order.catalog = mm_catalog_acquire(slot);
		job->order.cache = mm_loader_cache(loader);
		job->order.stop_fd = -1;
		job->order.base_url = mm_loader_map(loader)->server.public_url;
		tell_missing(job->order.catalog);
		code = make(job);
	}
	(void)mm_catalog_unref(job->order.catalog);
	(void)mm_kits_free(job->order.kits);
	(void)mm_loader_free(loader);
	(void)mm_catalog_slot_free(slot);
	mm_buf_release(&job->json);
	return code;
}

/* ---- the command line ---- */

/* The kind of file by the ending of its name. */
static bool choose_output(struct job *job)
{
	static const char *const ending[] = {".pdf", ".svg", ".png"};

	if (strcmp(job->out, "-") == 0 && !isatty(STDOUT_FILENO))
		return true;
	for (size_t i = 0; i < 3; i++)
		if (mm_text_ends(job->out, ending[i]))
			job->order.instead.output = ending[i] + 1;
	if (!job->order.instead.output)
		(void)fprintf(
		    stderr, "%s\n",
		    mm_say("munimap: имя файла кончается на .pdf, .svg или .png; «-» — вывод в другую "
			   "программу",
			   "munimap: the name of the file ends with .pdf, .svg or .png; \"-\" is for "
			   "another program to read"));
	return job->order.instead.output != NULL;
}

static bool read_operands(struct job *job, const char *const *operand, size_t count)
{
	if (count == 3 || (count == 2 && job->order.instead.template_id)) {
		job->dir = operand[0];
		job->plan = count == 3 ? operand[1] : NULL;
		job->out = operand[count - 1];
		return choose_output(job);
	}
	(void)fprintf(
	    stderr, "%s\n",
	    mm_say("munimap: назовите папку слоёв, план и файл: munimap print DIR PLAN.json OUT.pdf",
		   "munimap: name the folder of layers, the plan and the file: munimap print DIR "
		   "PLAN.json OUT.pdf"));
	return false;
}

int mm_command_print(int argc, char **argv)
{
	struct job job = {.is_terminal = isatty(STDERR_FILENO), .start_ns = mm_clock_mono_ns()};
	const char *scale = NULL;
	unsigned scale_n = 0;
	const struct mm_option options[] = {
	    {"--template", "ID", "шаблон; с ним план можно не называть",
	     "template; with it the plan may be left out", &job.order.instead.template_id},
	    {"--format", "A3", "формат листа вместо того, что в плане", "format instead of the plan's",
	     &job.order.instead.format},
	    {"--scale", "N", "масштаб 1:N вместо того, что в плане", "scale 1:N instead of the plan's",
	     &scale},
	};
	const char **operand = calloc((size_t)argc + 1, sizeof(*operand));
	size_t count = 0;
	enum mm_args args = MM_ARGS_WRONG;
	int code = 2;

	if (operand)
		args = mm_args_read(
		    argc, argv, options, sizeof(options) / sizeof(options[0]),
		    "munimap print DIR PLAN.json OUT.pdf",
		    mm_say(
			"Печатает план (JSON; «-» — из ввода) по слоям папки DIR: PDF, SVG или PNG,\n"
			"по окончанию имени.",
			"Prints a plan (JSON; \"-\": from the input) of the layers of folder DIR: PDF, SVG\n"
			"or PNG, by the ending of the name."),
		    operand, &count);
	if (args == MM_ARGS_GO && read_operands(&job, operand, count) &&
	    mm_args_number("--scale", scale, 50, 5000000, &scale_n)) {
		job.order.instead.scale = scale_n;
		job.order.moment_s = moment_s();
		job.order.progress = on_progress;
		job.order.ctx = &job;
		code = load_and_make(&job);
	}
	free(operand);
	return args == MM_ARGS_HELP_GIVEN ? 0 : code;
}
