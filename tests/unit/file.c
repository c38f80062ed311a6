/* SPDX-License-Identifier: MIT
 * file.c - tests of sys/file.c, in a directory of its own */
#include "../../sys/file.c"

#include <ftw.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/check.h"

static void
put(const char *path, str text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	check(fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n);
	close(fd);
}

static void
check_file(const char *path, str want)
{
	struct arena a = { .what = "file" };
	struct err e;
	str got = { 0 };

	check(file_read(&a, path, 1 << 20, &got, &e));
	check_text(got, want, path);
	arena_drop(&a);
}

/* names in the directory, the hidden ones too */
static size_t
count_names(void)
{
	struct dirent *d;
	DIR *at = opendir(".");
	size_t n = 0;

	while ((d = readdir(at)))
		n += strcmp(d->d_name, ".") && strcmp(d->d_name, "..");
	closedir(at);
	return n;
}

static void
reading(void)
{
	struct arena a = { .what = "reading" };
	struct err e;
	str s;

	put("five", STR("fi\0ve"));
	put("empty", STR(""));
	check(file_read(&a, "five", 5, &s, &e));
	check_text(s, STR("fi\0ve"), "as long as it may be");
	check(!file_read(&a, "five", 4, &s, &e) && e.kind == ERR_LIMIT);
	check_text(str_of(e.msg), STR("five: over 4 bytes"), "too long");
	check(file_read(&a, "empty", 1, &s, &e) && !s.n);
	check(!file_read(&a, "none", 9, &s, &e) && e.kind == ERR_SYS);
	check_text(str_of(e.msg), STR("open none: No such file or directory"), "missing");
	check(!file_read(&a, ".", 9, &s, &e));
	check_text(str_of(e.msg), STR("read .: Is a directory"), "a directory");
	check(file_exists("five") && file_exists(".") && !file_exists("none"));
	check(file_is_dir(".") && !file_is_dir("five") && !file_is_dir("none"));
	arena_drop(&a);
}

static void
listing(void)
{
	static const char *const names[] = {
		"d/b.toml", "d/a.toml", "d/.hidden", "d/B.toml", "d/a", "d/\303\251",
	};
	struct arena a = { .what = "listing" };
	struct strs l;
	struct buf b = { .a = &a, .what = "names" };
	struct err e;

	check(mkdir("d", 0700) == 0);
	check(file_list(&a, "d", &l, &e) && !l.n);
	for (size_t i = 0; i < countof(names); i++)
		put(names[i], STR(""));
	check(file_list(&a, "d", &l, &e));
	for (size_t i = 0; i < l.n; i++)
		buf_fmt(&b, "%.*s|", ARG(l.at[i]));
	check_text(buf_str(&b), STR("B.toml|a|a.toml|b.toml|\303\251|"), "in byte order");
	check(!file_list(&a, "none", &l, &e) && e.kind == ERR_SYS);
	check_text(str_of(e.msg), STR("read directory none: No such file or directory"),
	    "missing");
	a.cap = a.used + 1;
	check(!file_list(&a, "d", &l, &e) && e.kind == ERR_LIMIT && !a.fail);
	arena_drop(&a);
}

static void
same(void)
{
	static char big[3 * CHUNK + 5];
	str text = { big, sizeof big };
	struct err e;
	bool is;

	memset(big, 'x', sizeof big);
	put("big", text);
	check(file_same("big", text, &is, &e) && is);
	check(file_same("big", str_head(text, text.n - 1), &is, &e) && !is);
	big[sizeof big - 1] = 'y';
	check(file_same("big", text, &is, &e) && !is);
	check(file_same("empty", STR(""), &is, &e) && is);
	check(file_same("empty", STR("x"), &is, &e) && !is);
	check(file_same("none", STR(""), &is, &e) && !is);
	check(!file_same("five/x", STR(""), &is, &e) && !is);
	check_text(str_of(e.msg), STR("open five/x: Not a directory"), "below a file");
}

static void
meta(void)
{
	struct meta m;
	struct err e;
	bool there;

	check(chmod("five", 02640) == 0);
	check(file_meta("five", &there, &m, &e) && there);
	check(m.mode == 02640 && m.uid == geteuid() && m.gid == getegid());
	check(file_meta("none", &there, &m, &e) && !there);
	check(!file_meta("d", &there, &m, &e) && e.kind == ERR_INPUT);
	check_text(str_of(e.msg), STR("d is a directory, want a file"), "a directory");
	check(!file_meta("/dev/null", &there, &m, &e) && e.kind == ERR_INPUT);
	check_text(str_of(e.msg), STR("/dev/null is no regular file"), "a device");
	check(!file_meta("five/x", &there, &m, &e) && e.kind == ERR_SYS);
}

static void
resolve(void)
{
	static char far[PATH_MAX + 9];
	char real[PATH_MAX];
	struct err e;

	check(symlink("five", "link") == 0 && symlink("../link", "d/chain") == 0);
	check(symlink("none", "dangling") == 0 && symlink("loop", "loop") == 0);
	check(file_resolve("five", real, &e) && !strcmp(real, "five"));
	check(file_resolve("none", real, &e) && !strcmp(real, "none"));
	check(file_resolve("link", real, &e) && real[0] == '/');
	check(str_ends(str_of(real), STR("/five")));
	check(file_resolve("d/chain", real, &e) && str_ends(str_of(real), STR("/five")));
	check(!file_resolve("dangling", real, &e) && e.kind == ERR_SYS);
	check_text(str_of(e.msg), STR("symbolic link dangling: No such file or directory"),
	    "to nothing");
	check(!file_resolve("loop", real, &e));
	memset(far, 'f', sizeof far - 1);
	check(!file_resolve(far, real, &e) && e.kind == ERR_INPUT);
	check_text(str_of(e.msg), STR("dest is longer than 4095 bytes"), "too long");
}

static struct meta
mine(mode_t mode)
{
	return (struct meta){ mode, geteuid(), getegid() };
}

static void
settled(const char *dest)
{
	struct meta m = mine(0640), is;
	struct stage s;
	char path[PATH_MAX];
	struct err e;
	bool there;
	size_t names = count_names();

	put(dest, STR("old"));
	check(stage_write(&s, dest, STR("new"), &m, &e));
	stage_path(&s, path);
	check_file(path, STR("new"));
	check_file(dest, STR("old"));
	check(file_meta(path, &there, &is, &e) && is.mode == 0640);
	check(dir_len(path) == dir_len(dest) && path[dir_len(path)] == '.');
	check(stage_settle(&s, &e));
	check_file(dest, STR("new"));
	check(file_meta(dest, &there, &is, &e) && is.mode == 0640);
	check(!file_exists(path));
	stage_drop(&s, false);
	check_file(dest, STR("new"));
	unlink(dest);
	check(count_names() == names);
}

static void
dropped(void)
{
	struct meta m = mine(0600);
	struct stage s;
	char path[PATH_MAX];
	struct err e;

	check(stage_write(&s, "dest", STR("new"), &m, &e));
	stage_path(&s, path);
	stage_drop(&s, false);
	check(!file_exists(path) && !file_exists("dest"));
	check(stage_write(&s, "dest", STR("new"), &m, &e));
	stage_path(&s, path);
	stage_drop(&s, true);
	check_file(path, STR("new"));
	unlink(path);
}

/* what cannot be staged or settled leaves dest as it was, and nothing beside it */
static void
refused(void)
{
	static char far[PATH_MAX];
	struct rlimit all, few = { 0 };
	struct meta m = mine(0600);
	size_t names = count_names();
	struct stage s;
	struct err e;

	check(!stage_write(&s, "no/such/dest", STR("x"), &m, &e) && e.kind == ERR_SYS);
	check_text(str_of(e.msg), STR("create a file in no/such/: No such file or directory"),
	    "no directory");
	stage_drop(&s, false);
	memset(far, 'f', sizeof far - 1);
	check(!stage_write(&s, far, STR("x"), &m, &e) && e.kind == ERR_INPUT);
	check_text(str_of(e.msg), STR("dest is longer than 4080 bytes"), "too long");

	check(stage_write(&s, "d", STR("x"), &m, &e) && !stage_settle(&s, &e));
	check(str_ends(str_of(e.msg), STR(" to d: Is a directory")) && !s.tail[0]);

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &all);
	few.rlim_max = all.rlim_max;
	few.rlim_cur = 2;
	setrlimit(RLIMIT_FSIZE, &few);
	check(!stage_write(&s, "five", STR("three"), &m, &e) && e.kind == ERR_SYS);
	setrlimit(RLIMIT_FSIZE, &all);
	check(str_starts(str_of(e.msg), STR("write .five.uconfd-")));
	check(str_ends(str_of(e.msg), STR(": File too large")));
	check_file("five", STR("fi\0ve"));
	check(count_names() == names);
}

/* a stage whose owner lives stays; one that nobody holds goes, and nothing else does */
static void
swept(const char *dest, const char *dir)
{
	struct meta m = mine(0600);
	struct stage lives, dead;
	char live_path[PATH_MAX], dead_path[PATH_MAX], others[3][PATH_MAX];
	struct err e;

	snprintf(others[0], PATH_MAX, "%s.other.uconfd-abcdef", dir);
	snprintf(others[1], PATH_MAX, "%s.swept.uconfd-abcdefg", dir);
	snprintf(others[2], PATH_MAX, "%sswept.uconfd-abcdef", dir);
	for (size_t i = 0; i < 3; i++)
		put(others[i], STR(""));
	check(mark_set(dest, &e));
	check(stage_write(&lives, dest, STR("1"), &m, &e));
	check(stage_write(&dead, dest, STR("2"), &m, &e));
	stage_path(&lives, live_path);
	stage_path(&dead, dead_path);
	check(strcmp(live_path, dead_path) != 0);
	stage_drop(&dead, true);

	stage_sweep(dest);
	check(file_exists(live_path) && !file_exists(dead_path));
	check(mark_there(dest));
	for (size_t i = 0; i < 3; i++)
		check(unlink(others[i]) == 0);
	check(stage_settle(&lives, &e));
	stage_sweep(dest);
	check_file(dest, STR("1"));
	mark_clear(dest);
	unlink(dest);
}

static void
marks(void)
{
	struct err e;

	check(!mark_there("dest"));
	mark_clear("dest");
	check(mark_set("dest", &e) && mark_set("dest", &e) && mark_there("dest"));
	check(file_exists(".dest.uconfd-reload") && !mark_there("d/dest"));
	mark_clear("dest");
	check(!mark_there("dest") && !file_exists(".dest.uconfd-reload"));
	check(!mark_set("none/dest", &e) && e.kind == ERR_SYS);
	check_text(str_of(e.msg),
	    STR("create none/.dest.uconfd-reload: No such file or directory"), "no directory");
	check(symlink("five", ".link.uconfd-reload") == 0);
	check(!mark_set("link", &e));
	check_file("five", STR("fi\0ve"));
}

/* dest keeps its inode, whether it was longer or shorter */
static void
in_place(void)
{
	struct meta m = mine(0604), is;
	struct stat before, after;
	static char big[2 * CHUNK + 1];
	str texts[] = { STR("short"), STR(""), { big, sizeof big } };
	struct err e;
	bool there;

	memset(big, 'b', sizeof big);
	put("mount", STR("as it was"));
	check(stat("mount", &before) == 0);
	for (size_t i = 0; i < countof(texts); i++) {
		struct stage s;
		check(stage_write(&s, "mount", texts[i], &m, &e));
		check(overwrite(s.fd, "mount", &e));
		stage_drop(&s, false);
		check_file("mount", texts[i]);
	}
	check(stat("mount", &after) == 0 && after.st_ino == before.st_ino);
	check(file_meta("mount", &there, &is, &e) && is.mode == 0604);
}

static int
gone(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

int
main(void)
{
	char dir[] = "/tmp/uconfd-file-XXXXXX";
	char path[PATH_MAX];

	if (!check(mkdtemp(dir) && chdir(dir) == 0))
		return check_end("file");
	reading();
	listing();
	same();
	meta();
	resolve();
	settled("dest");
	settled("d/dest");
	snprintf(path, sizeof path, "%s/d/dest", dir);
	settled(path);
	dropped();
	refused();
	swept("swept", "");
	swept("d/swept", "d/");
	marks();
	in_place();
	nftw(dir, gone, 8, FTW_DEPTH | FTW_PHYS);
	return check_end("file");
}
