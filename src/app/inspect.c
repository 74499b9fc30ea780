#include "feed/inspect.h"
#include "app/args.h"
#include "app/command.h"
#include "app/say.h"

#include <stdio.h>
#include <stdlib.h>

static int inspect(const char *const *path, size_t count, const char *write_dir)
{
	struct mm_buf out;
	struct mm_err err = {0};
	enum mm_code rc;

	mm_buf_init(&out, 64u << 20);
	rc = mm_inspect(path, count, write_dir, &out, &err);
	if (out.len)
		(void)fwrite(out.data, 1, out.len, stdout);
	if (rc)
		mm_say_error(&err);
	mm_buf_release(&out);
	return rc ? 1 : 0;
}

int mm_command_inspect(int argc, char **argv)
{
	const char *write_dir = NULL;
	const struct mm_option options[] = {
	    {"--write", "DIR", "записать по файлу на таблицу в папку DIR (готовые файлы не трогает)",
	     "write one file a table into folder DIR (never over a file that is there)", &write_dir},
	};
	const char **operand = calloc((size_t)argc + 1, sizeof(*operand));
	size_t count = 0;
	enum mm_args args = MM_ARGS_WRONG;
	int code = 2;

	if (operand)
		args = mm_args_read(
		    argc, argv, options, 1, "munimap inspect FILE... [--write DIR]",
		    mm_say("Пишет YAML слоя для каждой таблицы источника: драйвер, система координат,\n"
			   "кодировка, поле id, поля и коды. Что угадано, сказано в комментарии.",
			   "Writes the YAML of a layer for every table of a source: driver, coordinate\n"
			   "system, encoding, id field, fields and codes. Comments say what is a guess."),
		    operand, &count);
	if (args == MM_ARGS_GO && count)
		code = inspect(operand, count, write_dir);
	else if (args == MM_ARGS_GO)
		(void)fprintf(stderr, "%s\n",
			      mm_say("munimap: назовите файл или папку: munimap inspect ФАЙЛ...",
				     "munimap: name a file or a folder: munimap inspect FILE..."));
	free(operand);
	return args == MM_ARGS_HELP_GIVEN ? 0 : code;
}
