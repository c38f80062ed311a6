/* SPDX-License-Identifier: MIT
 * file.h - read whole, compare, replace atomically
 *
 * A file is replaced by way of a stage: a file of its own in the target's directory,
 * named .BASE.uconfd-XXXXXX and locked while its owner lives, which is renamed over the
 * target. A marker .BASE.uconfd-reload tells the next process that a reload is due. */
#ifndef FILE_H
#define FILE_H

#include <limits.h>
#include <sys/types.h>

#include "base/base.h"

struct arena;
struct strs;

/* all of a file of at most max bytes */
bool file_read(struct arena *, const char *path, size_t max, str *out, struct err *);
bool file_exists(const char *path);
bool file_is_dir(const char *path);
/* the names in a directory, in byte order; those that begin with a dot are left out */
bool file_list(struct arena *, const char *dir, struct strs *names, struct err *);

struct meta { /* what a file should be, besides its bytes */
	mode_t mode;
	uid_t uid;
	gid_t gid;
};

/* The path a write to dest must replace: dest, or what a symbolic link there leads to.
 * real has room for PATH_MAX bytes. */
bool file_resolve(const char *dest, char *real, struct err *);
/* *exists, and what it is; a directory or device is an error */
bool file_meta(const char *path, bool *exists, struct meta *, struct err *);
/* *same: path holds exactly these bytes; a missing file is not the same */
bool file_same(const char *path, str want, bool *same, struct err *);

struct stage {
	const char *dest; /* what it is to replace */
	char tail[7];     /* the XXXXXX of its name; "": there is none */
	int fd;           /* holds the lock */
};
/* writes the bytes beside dest, with mode and owner, and syncs them to disk; dest
 * must live as long as the stage */
bool stage_write(struct stage *, const char *dest, str text, const struct meta *,
    struct err *);
/* the path of the staged file; room for PATH_MAX bytes */
void stage_path(const struct stage *, char *path);
/* renames it over dest; where dest is a mount (EBUSY), copies it into dest. The stage
 * is no more, either way. */
bool stage_settle(struct stage *, struct err *);
/* removes it, or with keep leaves the file to itself; nothing when there is none */
void stage_drop(struct stage *, bool keep);
/* removes the stages of dest whose owner is dead */
void stage_sweep(const char *dest);

/* the reload marker of dest */
bool mark_set(const char *dest, struct err *);
bool mark_there(const char *dest);
void mark_clear(const char *dest);

#endif
