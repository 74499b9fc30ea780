#ifndef MM_APP_COMMAND_H
#define MM_APP_COMMAND_H

/* The subcommands of the program, one file each. argv[0] is the command's name. They return the exit code: 0
 * fine, 1 the data or the system said no, 2 the command line is wrong. */
int mm_command_serve(int argc, char **argv);
int mm_command_check(int argc, char **argv);
int mm_command_inspect(int argc, char **argv);
int mm_command_bake(int argc, char **argv);
int mm_command_print(int argc, char **argv);

/* `munimap` itself: finds the command, or says what there is. */
int mm_command_main(int argc, char **argv);

#endif
