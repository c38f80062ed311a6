/* SPDX-License-Identifier: MIT
 * file.c - read whole, compare, replace atomically */
#include "sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

enum { CHUNK = 16 << 10 }; /* bytes compared at once */

static bool
slurp(struct arena *a, int fd, const char *path, size_t max, str *out, struct err *e)
{
	struct buf b = { .a = a, .what = path, .max = max };
	char chunk[4096];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof chunk)) > 0)
		if (!buf_try(&b, (str){ chunk, (size_t)n }, e))
			return false;
	if (n < 0)
		return err_set(e, ERR_SYS, "read %s:", path);
	*out = buf_str(&b);
	return true;
}

bool
file_read(struct arena *a, const char *path, size_t max, str *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return err_set(e, ERR_SYS, "open %s:", path);
	ok = slurp(a, fd, path, max, out, e);
	close(fd);
	return ok;
}

bool
file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool
file_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool
file_list(struct arena *a, const char *dir, struct strs *names, struct err *e)
{
	struct fail f = { .err = e }, *outer = a->fail;
	DIR *d = opendir(dir);
	struct dirent *found;

	*names = (struct strs){ 0 };
	if (!d)
		return err_set(e, ERR_SYS, "read directory %s:", dir);
	a->fail = &f;
	if (setjmp(f.env)) {
		closedir(d);
		a->fail = outer;
		return false;
	}
	while ((found = readdir(d)))
		if (found->d_name[0] != '.')
			strs_add(a, names, str_dup(a, str_of(found->d_name)));
	closedir(d);
	a->fail = outer;
	strs_sort(names);
	return true;
}

bool
file_resolve(const char *dest, char *real, struct err *e)
{
	struct stat st;

	if (lstat(dest, &st) == 0 && S_ISLNK(st.st_mode)) {
		if (!realpath(dest, real))
			return err_set(e, ERR_SYS, "symbolic link %s:", dest);
		return true;
	}
	if (snprintf(real, PATH_MAX, "%s", dest) >= PATH_MAX)
		return err_set(e, ERR_INPUT, "dest is longer than %d bytes", PATH_MAX - 1);
	return true;
}

bool
file_meta(const char *path, bool *exists, struct meta *m, struct err *e)
{
	struct stat st;

	*exists = stat(path, &st) == 0;
	if (!*exists) {
		if (errno == ENOENT)
			return true;
		return err_set(e, ERR_SYS, "stat %s:", path);
	}
	if (S_ISDIR(st.st_mode))
		return err_set(e, ERR_INPUT, "%s is a directory, want a file", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INPUT, "%s is no regular file", path);
	*m = (struct meta){ st.st_mode & 07777, st.st_uid, st.st_gid };
	return true;
}

static bool
compare(int fd, str want, const char *path, bool *same, struct err *e)
{
	char chunk[CHUNK];
	ssize_t n = 0;

	while (want.n && (n = read(fd, chunk, MIN(want.n, sizeof chunk))) > 0) {
		if (memcmp(chunk, want.p, (size_t)n))
			return true;
		want = str_from(want, (size_t)n);
	}
	if (n < 0)
		return err_set(e, ERR_SYS, "read %s:", path);
	*same = !want.n;
	return true;
}

bool
file_same(const char *path, str want, bool *same, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	bool ok;

	*same = false;
	if (fd < 0) {
		if (errno == ENOENT)
			return true;
		return err_set(e, ERR_SYS, "open %s:", path);
	}
	ok = fstat(fd, &st) == 0 || err_set(e, ERR_SYS, "stat %s:", path);
	if (ok && (uintmax_t)st.st_size == want.n)
		ok = compare(fd, want, path, same, e);
	close(fd);
	return ok;
}

/* the bytes of path up to and including its last slash */
static size_t
dir_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

/* DIR/.BASE.uconfd-TAIL */
static bool
beside(const char *dest, const char *tail, char *path, struct err *e)
{
	size_t dir = dir_len(dest);
	int n = snprintf(path, PATH_MAX, "%.*s.%s.uconfd-%s", (int)dir, dest, dest + dir,
	    tail);

	if (n >= PATH_MAX)
		return err_set(e, ERR_INPUT, "dest is longer than %d bytes",
		    PATH_MAX - 1 - (n - (int)strlen(dest)));
	return true;
}

static bool
fill(int fd, const char *path, str text, const struct meta *m, struct err *e)
{
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);
		if (n < 0)
			return err_set(e, ERR_SYS, "write %s:", path);
		text = str_from(text, (size_t)n);
	}
	if (fchown(fd, m->uid, m->gid) < 0)
		return err_set(e, ERR_SYS, "give %s to uid %u, gid %u:", path,
		    (unsigned)m->uid, (unsigned)m->gid);
	if (fchmod(fd, m->mode) < 0)
		return err_set(e, ERR_SYS, "set the mode of %s to %04o:", path,
		    (unsigned)m->mode);
	if (fsync(fd) < 0)
		return err_set(e, ERR_SYS, "fsync %s:", path);
	return true;
}

void
stage_path(const struct stage *s, char *path)
{
	struct err none;

	beside(s->dest, s->tail, path, &none);
}

bool
stage_write(struct stage *s, const char *dest, str text, const struct meta *m,
    struct err *e)
{
	char path[PATH_MAX];

	*s = (struct stage){ .dest = dest };
	if (!beside(dest, "XXXXXX", path, e))
		return false;
	s->fd = mkostemp(path, O_CLOEXEC);
	if (s->fd < 0)
		return err_set(e, ERR_SYS, "create a file in %.*s:",
		    (int)MAX(dir_len(dest), 1u), dir_len(dest) ? dest : ".");
	strcpy(s->tail, path + strlen(path) - 6);
	flock(s->fd, LOCK_EX | LOCK_NB);
	if (fill(s->fd, path, text, m, e))
		return true;
	stage_drop(s, false);
	return false;
}

/* Makes the renaming last. It has happened, so a directory that cannot be synced (one
 * that may only be written to, say) is no failure any more. */
static void
sync_dir(const char *path)
{
	size_t n = dir_len(path);
	char dir[PATH_MAX];
	int fd;

	snprintf(dir, sizeof dir, "%.*s", n ? (int)n : 1, n ? path : ".");
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/* dest is a mount of its own and keeps its inode: the bytes are copied into it */
static bool
overwrite(int from, const char *dest, struct err *e)
{
	char chunk[CHUNK];
	struct stat st;
	off_t at = 0;
	ssize_t n;
	int to = open(dest, O_WRONLY | O_CLOEXEC);
	bool ok = to >= 0 && fstat(from, &st) == 0;

	while (ok && (n = pread(from, chunk, sizeof chunk, at)) != 0) {
		errno = n > 0 ? ENOSPC : errno; /* a short write says nothing itself */
		ok = n > 0 && pwrite(to, chunk, (size_t)n, at) == n;
		at += n;
	}
	ok = ok && ftruncate(to, at) == 0 && fchown(to, st.st_uid, st.st_gid) == 0
	    && fchmod(to, st.st_mode & 07777) == 0 && fsync(to) == 0;
	if (!ok)
		err_set(e, ERR_SYS, "write %s in place:", dest);
	if (to >= 0)
		close(to);
	return ok;
}

bool
stage_settle(struct stage *s, struct err *e)
{
	char path[PATH_MAX];
	bool ok = true, renamed;

	stage_path(s, path);
	renamed = rename(path, s->dest) == 0;
	if (!renamed && errno == EBUSY)
		ok = overwrite(s->fd, s->dest, e);
	else if (!renamed)
		ok = err_set(e, ERR_SYS, "rename %s to %s:", path, s->dest);
	stage_drop(s, renamed);
	if (renamed)
		sync_dir(s->dest);
	return ok;
}

void
stage_drop(struct stage *s, bool keep)
{
	char path[PATH_MAX];

	if (!s->tail[0])
		return;
	stage_path(s, path);
	if (!keep)
		unlink(path);
	close(s->fd);
	s->tail[0] = 0;
}

/* nobody holds its lock: whoever made it is dead */
static void
sweep_one(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlink(path);
	close(fd);
}

void
stage_sweep(const char *dest)
{
	char path[PATH_MAX], dir[PATH_MAX];
	struct err e;
	struct dirent *d;
	size_t n = dir_len(dest), want;
	DIR *at;

	if (!beside(dest, "", path, &e))
		return;
	snprintf(dir, sizeof dir, "%.*s", n ? (int)n : 1, n ? dest : ".");
	if (!(at = opendir(dir)))
		return;
	want = strlen(path + n);
	while ((d = readdir(at))) {
		if (strncmp(d->d_name, path + n, want) || strlen(d->d_name) != want + 6
		    || !strcmp(d->d_name + want, "reload"))
			continue;
		if (snprintf(dir, sizeof dir, "%.*s%s", (int)n, dest, d->d_name) < PATH_MAX)
			sweep_one(dir);
	}
	closedir(at);
}

bool
mark_set(const char *dest, struct err *e)
{
	char path[PATH_MAX];
	int fd;

	if (!beside(dest, "reload", path, e))
		return false;
	if ((fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)) < 0)
		return err_set(e, ERR_SYS, "create %s:", path);
	close(fd);
	return true;
}

bool
mark_there(const char *dest)
{
	char path[PATH_MAX];
	struct err e;

	return beside(dest, "reload", path, &e) && file_exists(path);
}

void
mark_clear(const char *dest)
{
	char path[PATH_MAX];
	struct err e;

	if (beside(dest, "reload", path, &e))
		unlink(path);
}
