#include "feed/child/calls.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "name this machine's AUDIT_ARCH here"
#endif

/* A sanitizer's leak check traces its own process. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

enum { FILTER_MAX = 160, X32_BIT = 0x40000000 };

static const int forbidden[] = {SYS_execve,
				SYS_execveat,
				SYS_process_vm_readv,
				SYS_process_vm_writev,
				SYS_kill,
				SYS_tkill,
				SYS_rt_sigqueueinfo,
				SYS_pidfd_open,
				SYS_pidfd_send_signal,
				SYS_bpf,
				SYS_mount,
				SYS_umount2,
				SYS_pivot_root,
				SYS_chroot,
				SYS_unshare,
				SYS_setns,
				SYS_io_uring_setup,
				SYS_userfaultfd,
				SYS_keyctl,
				SYS_add_key,
				SYS_request_key,
				SYS_perf_event_open,
				SYS_open_by_handle_at,
				SYS_fanotify_init,
				SYS_personality,
				SYS_setsid,
				SYS_shmat,
				SYS_mq_open};
static const int forbidden_unless_sanitized[] = {SYS_ptrace};
static const int forbidden_network[] = {SYS_socket, SYS_socketpair, SYS_connect, SYS_bind,   SYS_listen,
					SYS_accept, SYS_accept4,    SYS_sendto,  SYS_sendmsg};

struct filter {
	struct sock_filter op[FILTER_MAX];
	unsigned short n;
};

static void put(struct filter *f, uint16_t code, uint32_t k, uint8_t if_true, uint8_t if_false)
{
	if (f->n < FILTER_MAX)
		f->op[f->n++] = (struct sock_filter){.code = code, .jt = if_true, .jf = if_false, .k = k};
}

static void load(struct filter *f, size_t offset)
{
	put(f, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void end(struct filter *f, uint32_t action)
{
	put(f, BPF_RET | BPF_K, action, 0, 0);
}

static void refuse(struct filter *f, const int *call, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		put(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call[i], 0, 1);
		end(f, SECCOMP_RET_ERRNO | EACCES);
	}
}

/* Threads may be started (GDAL has readers that do), processes not. clone3 hides its flags behind a pointer:
 * without it libc falls back to clone. */
static void refuse_fork(struct filter *f)
{
	put(f, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
	end(f, SECCOMP_RET_ERRNO | ENOSYS);
#ifdef SYS_fork
	put(f, BPF_JMP | BPF_JEQ | BPF_K, SYS_fork, 1, 0);
	put(f, BPF_JMP | BPF_JEQ | BPF_K, SYS_vfork, 0, 1);
	end(f, SECCOMP_RET_ERRNO | EACCES);
#endif
	put(f, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
	load(f, offsetof(struct seccomp_data, args[0]));
	put(f, BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0);
	end(f, SECCOMP_RET_ERRNO | EACCES);
	end(f, SECCOMP_RET_ALLOW);
}

/* A call whose first argument must be `only`. */
static void refuse_unless_first(struct filter *f, int call, uint32_t only)
{
	put(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 4);
	load(f, offsetof(struct seccomp_data, args[0]));
	put(f, BPF_JMP | BPF_JEQ | BPF_K, only, 1, 0);
	end(f, SECCOMP_RET_ERRNO | EACCES);
	end(f, SECCOMP_RET_ALLOW);
}

bool mm_calls_forbid(bool network_is_allowed)
{
	struct filter f = {.n = 0};
	struct sock_fprog program = {.filter = f.op};

	load(&f, offsetof(struct seccomp_data, arch));
	put(&f, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	end(&f, SECCOMP_RET_KILL_PROCESS);
	load(&f, offsetof(struct seccomp_data, nr));
	put(&f, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	end(&f, SECCOMP_RET_KILL_PROCESS);
	refuse(&f, forbidden, sizeof(forbidden) / sizeof(forbidden[0]));
	if (!network_is_allowed)
		refuse(&f, forbidden_network, sizeof(forbidden_network) / sizeof(forbidden_network[0]));
	refuse_unless_first(&f, SYS_tgkill, (uint32_t)getpid()); /* abort() signals itself */
	refuse_unless_first(&f, SYS_prlimit64, 0);
	if (!SANITIZED) {
		refuse(&f, forbidden_unless_sanitized,
		       sizeof(forbidden_unless_sanitized) / sizeof(forbidden_unless_sanitized[0]));
		refuse_fork(&f);
	}
	end(&f, SECCOMP_RET_ALLOW);
	program.len = f.n;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}
