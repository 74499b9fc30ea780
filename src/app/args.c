#include "app/args.h"

#include "app/say.h"
#include "base/num.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { OPTIONS_MAX = 16 };

static void put_help(const struct mm_option *option, size_t count, const char *usage, const char *about)
{
	(void)printf("%s\n", usage);
	if (*about)
		(void)printf("\n%s\n", about);
	(void)printf("\n");
	for (size_t i = 0; i < count; i++) {
		char left[64];

		(void)snprintf(left, sizeof(left), "%s %s", option[i].name,
			       option[i].value ? option[i].value : "");
		(void)printf("  %-18s %s\n", left, mm_say(option[i].ru, option[i].en));
	}
	(void)printf("  %-18s %s\n", "--help", mm_say("эта справка", "this help"));
}

static enum mm_args refuse(const char *arg, const struct mm_option *option, size_t count, const char *usage)
{
	const char *names[OPTIONS_MAX], *near;
	char name[64];
	size_t n = strcspn(arg, "=");

	(void)snprintf(name, sizeof(name), "%.*s", (int)(n < sizeof(name) ? n : sizeof(name) - 1), arg);
	for (size_t i = 0; i < count; i++)
		names[i] = option[i].name;
	near = mm_text_nearest(name, names, count);
	(void)fprintf(stderr, mm_say("munimap: неизвестный ключ %s", "munimap: unknown option %s"), name);
	if (near)
		(void)fprintf(stderr, mm_say(": может быть, %s?", ": did you mean %s?"), near);
	(void)fprintf(stderr, "\n%s\n", usage);
	return MM_ARGS_WRONG;
}

/* The option that an argument names; *ret_value is what stands behind "=" or NULL. */
static const struct mm_option *find(const char *arg, const struct mm_option *option, size_t count,
				    const char **ret_value)
{
	size_t n = strcspn(arg, "=");

	for (size_t i = 0; i < count; i++)
		if (strlen(option[i].name) == n && memcmp(option[i].name, arg, n) == 0) {
			*ret_value = arg[n] ? arg + n + 1 : NULL;
			return &option[i];
		}
	return NULL;
}

enum mm_args mm_args_read(int argc, char **argv, const struct mm_option *option, size_t option_count,
			  const char *usage, const char *about, const char **ret_operand, size_t *ret_count)
{
	bool only_operands = false;

	MM_CHECK(option_count <= OPTIONS_MAX);
	*ret_count = 0;
	for (int i = 1; i < argc; i++) {
		const struct mm_option *o;
		const char *value;

		if (only_operands || argv[i][0] != '-' || argv[i][1] == '\0') {
			ret_operand[(*ret_count)++] = argv[i];
			continue;
		}
		if (strcmp(argv[i], "--") == 0) {
			only_operands = true;
			continue;
		}
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			put_help(option, option_count, usage, about);
			return MM_ARGS_HELP_GIVEN;
		}
		o = find(argv[i], option, option_count, &value);
		if (!o)
			return refuse(argv[i], option, option_count, usage);
		if (o->value && !value)
			value = ++i < argc ? argv[i] : NULL;
		if (o->value && !value) {
			(void)fprintf(stderr,
				      mm_say("munimap: ключу %s нужно значение %s\n",
					     "munimap: option %s needs a value %s\n"),
				      o->name, o->value);
			return MM_ARGS_WRONG;
		}
		*o->ret = o->value ? value : o->name;
	}
	return MM_ARGS_GO;
}

bool mm_args_number(const char *name, const char *text, int64_t least, int64_t most, unsigned *ret)
{
	int64_t v;

	if (!text)
		return true;
	if (!mm_num_parse_int(text, strlen(text), &v) || v < least || v > most) {
		(void)fprintf(stderr,
			      mm_say("munimap: %s: напишите число от %d до %d\n",
				     "munimap: %s: write a number from %d to %d\n"),
			      name, (int)least, (int)most);
		return false;
	}
	*ret = (unsigned)v;
	return true;
}
