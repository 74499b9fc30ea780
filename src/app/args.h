#ifndef MM_APP_ARGS_H
#define MM_APP_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One option of a command: "--port N" with a value, or "--write" and the like. */
struct mm_option {
	const char *name;  /* "--port" */
	const char *value; /* name of its value in the help, NULL: a switch */
	const char *ru, *en;
	const char **ret; /* value, or the option's own name for a switch; untouched when it is not there */
};

enum mm_args { MM_ARGS_GO, MM_ARGS_HELP_GIVEN, MM_ARGS_WRONG };

/*
 * Reads "--name value", "--name=value" and operands. Prints the help for --help and what is wrong otherwise,
 * with the nearest option.
 *
 * usage        "munimap serve DIR"
 * about        what the command does, after the usage line; may be ""
 * ret_operand  room for argc pointers; ret_count how many there are
 */
enum mm_args mm_args_read(int argc, char **argv, const struct mm_option *option, size_t option_count,
			  const char *usage, const char *about, const char **ret_operand, size_t *ret_count);

/* Reads the number that an option was given; NULL text: not given, *ret stays. False: it has been said what
 * is wrong. */
bool mm_args_number(const char *name, const char *text, int64_t least, int64_t most, unsigned *ret);

#endif
