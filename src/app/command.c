#include "app/command.h"

#include "app/say.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *args, *ru, *en;
	int (*run)(int argc, char **argv);
} commands[] = {
    {"serve", "DIR", "показать слои папки DIR на карте", "serve the layers of folder DIR", mm_command_serve},
    {"check", "DIR", "загрузить всё и сказать, что не так", "load everything and say what is wrong",
     mm_command_check},
    {"inspect", "FILE...", "написать YAML для любого источника", "write the YAML for any source",
     mm_command_inspect},
    {"bake", "DIR OUT", "сложить плитки в один файл", "put the tiles into one file", mm_command_bake},
    {"print", "DIR PLAN OUT", "напечатать план: PDF в точном масштабе", "print a plan: PDF at true scale",
     mm_command_print},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void put_help(FILE *out)
{
	(void)fprintf(
	    out, "%s\n\n",
	    mm_say("munimap - карта муниципалитета: векторные плитки и OGC API из любых слоёв GDAL",
		   "munimap - a map of the municipality: vector tiles and OGC API from any GDAL layers"));
	for (size_t i = 0; i < COMMANDS; i++)
		(void)fprintf(out, "  munimap %-8s %-12s  %s\n", commands[i].name, commands[i].args,
			      mm_say(commands[i].ru, commands[i].en));
	(void)fprintf(out, "\n%s\n",
		      mm_say("Подробности: munimap КОМАНДА --help", "More: munimap COMMAND --help"));
}

static int refuse(const char *name)
{
	const char *names[COMMANDS], *near;

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	near = mm_text_nearest(name, names, COMMANDS);
	(void)fprintf(stderr, mm_say("munimap: нет команды \"%s\"", "munimap: there is no command \"%s\""),
		      name);
	if (near)
		(void)fprintf(stderr, mm_say(": может быть, \"%s\"?", ": did you mean \"%s\"?"), near);
	(void)fprintf(stderr, "\n");
	put_help(stderr);
	return 2;
}

int mm_command_main(int argc, char **argv)
{
	if (argc < 2) {
		put_help(stderr);
		return 2;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		put_help(stdout);
		return 0;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return refuse(argv[1]);
}
