#include "app/command.h"
#include "feed/freeze.h"

#include <signal.h>

/* The same program is the server and, started again by it, the walled-in child that reads a source with GDAL.
 */
int main(int argc, char **argv)
{
	if (mm_feed_is_child(argc, argv))
		return mm_feed_child_main(argc, argv);
	(void)signal(SIGPIPE, SIG_IGN);
	return mm_command_main(argc, argv);
}
