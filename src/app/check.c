#include "app/args.h"
#include "app/command.h"
#include "app/report.h"
#include "app/say.h"
#include "feed/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* On a terminal: which layer is being read now, on one line that the next one writes over. */
static void on_begin(void *ctx, const char *id)
{
	(void)ctx;
	if (isatty(STDERR_FILENO))
		(void)fprintf(stderr, "\r\033[K%s", id);
}

static int check(const char *dir)
{
	struct mm_catalog_slot *slot = mm_catalog_slot_new();
	const struct mm_loader_events events = {.on_begin = on_begin};
	struct mm_loader *loader = NULL;
	struct mm_err err = {0};
	int code = 1;

	if (!slot)
		return 1;
	if (mm_loader_new(dir, slot, &events, &loader, &err)) {
		mm_say_error(&err);
	} else {
		if (isatty(STDERR_FILENO))
			(void)fprintf(stderr, "\r\033[K");
		code = mm_report_table(stdout, slot) ? 0 : 1;
		mm_report_summary(stdout, slot);
	}
	(void)mm_loader_free(loader);
	(void)mm_catalog_slot_free(slot);
	return code;
}

int mm_command_check(int argc, char **argv)
{
	const char **operand = calloc((size_t)argc + 1, sizeof(*operand));
	size_t count = 0;
	enum mm_args args = MM_ARGS_WRONG;
	int code = 2;

	if (operand)
		args = mm_args_read(
		    argc, argv, NULL, 0, "munimap check DIR",
		    mm_say("Загружает все слои и печатает таблицу; код выхода 1, если слой не загрузился.",
			   "Loads every layer and prints a table; exit code 1 when a layer fails."),
		    operand, &count);
	if (args == MM_ARGS_GO && count == 1)
		code = check(operand[0]);
	else if (args == MM_ARGS_GO)
		(void)fprintf(stderr, "%s\n",
			      mm_say("munimap: назовите одну папку: munimap check DIR",
				     "munimap: name one folder: munimap check DIR"));
	free(operand);
	return args == MM_ARGS_HELP_GIVEN ? 0 : code;
}
