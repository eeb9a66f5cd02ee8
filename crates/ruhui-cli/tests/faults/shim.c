/*
 * Disk faults for the process that this library is preloaded into: failed reads, failed and torn writes, failed syncs,
 * a power cut. It watches files whose path contains RUHUI_FAULTS_FILE, except shared memory ("-shm") and "-lock".
 *
 * RUHUI_FAULTS is the plan, words with numbers, each counted from 1 over the watched files:
 *   write=N error=E   the Nth write fails with errno E
 *   torn=N            the Nth write writes half of its bytes, then the power is cut
 *   read=N            the Nth read fails with EIO
 *   reads=N           the Nth read and all later ones fail with EIO
 *   sync=N            the Nth sync fails with EIO
 *   die=1             the process is killed at once after a failed sync
 *   step=N            the process is killed before the Nth call that changes anything, including names of files
 *   cut=N seed=S      the power is cut before the Nth write, sync or change of a name, or right after a new name
 *
 * While the file RUHUI_FAULTS_SWITCH exists, every write (every read, every sync, every opening to write) fails with the
 * errno whose number follows `write ` (`read `, `sync `, `open `) in that file.
 *
 * RUHUI_FAULTS_STATE is a file that passes the pages lost at failed syncs from one process to the next, since the
 * system's page cache outlives the process.
 *
 * A power cut kills the process. Before that, for each sector written since the last good sync of its file, chance
 * decides whether the old or the new bytes are on disk. After a failed sync, the pages that it should have written count
 * as written: the next sync does not write them, unless they were written to again. Names are on disk at once, so a test
 * fails if a file gets its name before its bytes are synced.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512
#define PAGE 4096
#define SECTORS 65536

/* A sector as it was at the last good sync. */
struct sector {
    dev_t device;
    ino_t inode;
    off_t at;
    ssize_t length;      /* of the old bytes: less at the end of the file */
    int given_up;        /* lost at a failed sync: the next sync leaves it out */
    int fd;              /* the shim's own, to write the old bytes back */
    unsigned char old[SECTOR];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sector *sectors;
static size_t count;
static long reads, writes, syncs, steps, events;
static unsigned long long chance;

static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

static long plan(const char *word) {
    const char *text = getenv("RUHUI_FAULTS");
    size_t length = strlen(word);
    while (text && *text) {
        if (!strncmp(text, word, length) && text[length] == '=') return atol(text + length + 1);
        text = strchr(text, ' ');
        if (text) text++;
    }
    return 0;
}

static int named(const char *path) {
    const char *watched = getenv("RUHUI_FAULTS_FILE");
    return watched && path && strstr(path, watched) && !strstr(path, "-shm") && !strstr(path, "-lock");
}

static int watched(int fd) {
    char link[64], path[4096];
    if (!getenv("RUHUI_FAULTS_FILE")) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return named(path);
}

/* Returns the errno that follows this word in the switch file, or 0. */
static int switched(const char *word) {
    const char *path = getenv("RUHUI_FAULTS_SWITCH");
    if (!path) return 0;
    int (*open_)(const char *, int, ...) = real("open");
    ssize_t (*read_)(int, void *, size_t) = real("read");
    int fd = open_(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    char text[64] = {0};
    ssize_t length = read_(fd, text, sizeof text - 1);
    close(fd);
    size_t begins = strlen(word);
    return length > 0 && !strncmp(text, word, begins) ? atoi(text + begins) : 0;
}

static unsigned draw(void) {
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (unsigned)(chance >> 32);
}

static void killed(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static void power_cut(void) {
    ssize_t (*pwrite_)(int, const void *, size_t, off_t) = real("pwrite64");
    chance = 0x9e3779b97f4a7c15ull ^ ((unsigned long long)(plan("seed") + 1) * 0xbf58476d1ce4e5b9ull);
    for (int i = 0; i < 8; i++) draw();
    /* Sometimes none of the sectors is on disk, as if the system had not begun to write. */
    int none = draw() % 4 == 0;
    for (size_t i = 0; i < count; i++) {
        struct sector *sector = &sectors[i];
        if (sector->given_up || none || draw() % 2) {
            static const unsigned char zeros[SECTOR];
            if (sector->length > 0) pwrite_(sector->fd, sector->old, sector->length, sector->at);
            if (sector->length < SECTOR) {
                struct stat now;
                fstat(sector->fd, &now);
                off_t end = sector->at + SECTOR < now.st_size ? sector->at + SECTOR : now.st_size;
                off_t from = sector->at + sector->length;
                if (end > from) pwrite_(sector->fd, zeros, end - from, from);
            }
        }
    }
    killed();
}

static void remember(int fd, off_t from, size_t length) {
    ssize_t (*pread_)(int, void *, size_t, off_t) = real("pread64");
    struct stat file;
    if (fstat(fd, &file)) abort();
    if (!sectors && !(sectors = calloc(SECTORS, sizeof *sectors))) abort();
    /* A page that is written to again is dirty again, so its sectors are no longer lost. */
    off_t begin = from / PAGE * PAGE, end = (from + (off_t)length + PAGE - 1) / PAGE * PAGE;
    for (size_t i = 0; i < count; i++)
        if (sectors[i].device == file.st_dev && sectors[i].inode == file.st_ino && sectors[i].at >= begin
            && sectors[i].at < end)
            sectors[i].given_up = 0;
    for (off_t at = from / SECTOR * SECTOR; at < from + (off_t)length; at += SECTOR) {
        size_t i = 0;
        while (i < count
               && !(sectors[i].device == file.st_dev && sectors[i].inode == file.st_ino && sectors[i].at == at))
            i++;
        if (i < count) continue;
        if (count == SECTORS) abort();
        struct sector *sector = &sectors[count++];
        sector->device = file.st_dev;
        sector->inode = file.st_ino;
        sector->at = at;
        sector->given_up = 0;
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        int (*open_)(const char *, int, ...) = real("open");
        /* Closing this descriptor would release SQLite's locks on the file, so it stays open. */
        static int kept[64];
        static ino_t of[64];
        static int known;
        int own = -1;
        for (int k = 0; k < known; k++)
            if (of[k] == file.st_ino) own = kept[k];
        if (own < 0) {
            own = open_(link, O_RDWR | O_CLOEXEC);
            if (own < 0 || known == 64) abort();
            kept[known] = own;
            of[known++] = file.st_ino;
        }
        sector->fd = own;
        sector->length = pread_(fd, sector->old, SECTOR, at);
        if (sector->length < 0) sector->length = 0;
    }
}

static void synced(int fd, int is_good) {
    struct stat file;
    if (fstat(fd, &file)) abort();
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        int mine = sectors[i].device == file.st_dev && sectors[i].inode == file.st_ino;
        if (mine && is_good && !sectors[i].given_up) continue;
        if (mine && !is_good) sectors[i].given_up = 1;
        if (kept != i) sectors[kept] = sectors[i];
        kept++;
    }
    count = kept;
}

struct saved {
    char path[1024];
    off_t at;
    ssize_t length;
    unsigned char old[SECTOR];
};

static void save(void) {
    const char *state = getenv("RUHUI_FAULTS_STATE");
    if (!state) return;
    FILE *file = fopen(state, "wb");
    if (!file) abort();
    for (size_t i = 0; i < count; i++) {
        if (!sectors[i].given_up) continue;
        struct saved saved = {.at = sectors[i].at, .length = sectors[i].length};
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", sectors[i].fd);
        ssize_t length = readlink(link, saved.path, sizeof saved.path - 1);
        if (length <= 0) abort();
        memcpy(saved.old, sectors[i].old, SECTOR);
        if (fwrite(&saved, sizeof saved, 1, file) != 1) abort();
    }
    if (fclose(file)) abort();
}

__attribute__((constructor)) static void load(void) {
    const char *state = getenv("RUHUI_FAULTS_STATE");
    FILE *file = state ? fopen(state, "rb") : NULL;
    if (!file) return;
    if (!(sectors = calloc(SECTORS, sizeof *sectors))) abort();
    int (*open_)(const char *, int, ...) = real("open");
    struct saved saved;
    while (count < SECTORS && fread(&saved, sizeof saved, 1, file) == 1) {
        struct sector *sector = &sectors[count];
        struct stat now;
        sector->fd = open_(saved.path, O_RDWR | O_CLOEXEC);
        if (sector->fd < 0 || fstat(sector->fd, &now)) continue;
        sector->device = now.st_dev;
        sector->inode = now.st_ino;
        sector->at = saved.at;
        sector->length = saved.length;
        sector->given_up = 1;
        memcpy(sector->old, saved.old, SECTOR);
        count++;
    }
    fclose(file);
}

static void step(void) {
    if (++steps == plan("step")) killed();
}

static void event(void) {
    if (++events == plan("cut")) power_cut();
}

/* Returns 0 if the write may proceed, or the errno to fail with. */
static int before_write(int fd, const void *bytes, size_t length, off_t at) {
    step();
    event();
    writes++;
    int error = switched("write ");
    if (!error && writes == plan("write")) error = (int)plan("error");
    if (error) return error;
    remember(fd, at, length);
    if (writes == plan("torn")) {
        ssize_t (*pwrite_)(int, const void *, size_t, off_t) = real("pwrite64");
        pwrite_(fd, bytes, length / 2, at);
        power_cut();
    }
    return 0;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    static ssize_t (*next)(int, const void *, size_t);
    if (!next) next = real("write");
    if (!watched(fd)) return next(fd, bytes, length);
    pthread_mutex_lock(&lock);
    int error = before_write(fd, bytes, length, lseek(fd, 0, SEEK_CUR));
    ssize_t written = error ? -1 : next(fd, bytes, length);
    pthread_mutex_unlock(&lock);
    if (error) errno = error;
    return written;
}

static ssize_t at_offset(const char *name, int fd, const void *bytes, size_t length, off_t at) {
    ssize_t (*next)(int, const void *, size_t, off_t) = real(name);
    if (!watched(fd)) return next(fd, bytes, length, at);
    pthread_mutex_lock(&lock);
    int error = before_write(fd, bytes, length, at);
    ssize_t written = error ? -1 : next(fd, bytes, length, at);
    pthread_mutex_unlock(&lock);
    if (error) errno = error;
    return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    return at_offset("pwrite", fd, bytes, length, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) {
    return at_offset("pwrite64", fd, bytes, length, at);
}

/* Returns 0 if the read may proceed, or the errno to fail with. */
static int before_read(int fd) {
    if (!watched(fd)) return 0;
    pthread_mutex_lock(&lock);
    reads++;
    int error = switched("read ");
    if (reads == plan("read") || (plan("reads") && reads >= plan("reads"))) error = EIO;
    pthread_mutex_unlock(&lock);
    return error;
}

ssize_t read(int fd, void *bytes, size_t length) {
    static ssize_t (*next)(int, void *, size_t);
    if (!next) next = real("read");
    int error = before_read(fd);
    if (!error) return next(fd, bytes, length);
    errno = error;
    return -1;
}

static ssize_t read_at(const char *name, int fd, void *bytes, size_t length, off_t at) {
    ssize_t (*next)(int, void *, size_t, off_t) = real(name);
    int error = before_read(fd);
    if (!error) return next(fd, bytes, length, at);
    errno = error;
    return -1;
}

ssize_t pread(int fd, void *bytes, size_t length, off_t at) { return read_at("pread", fd, bytes, length, at); }

ssize_t pread64(int fd, void *bytes, size_t length, off_t at) { return read_at("pread64", fd, bytes, length, at); }

static int sync_with(const char *name, int fd) {
    int (*next)(int) = real(name);
    if (!watched(fd)) return next(fd);
    pthread_mutex_lock(&lock);
    step();
    event();
    syncs++;
    int error = switched("sync ");
    if (!error && syncs == plan("sync")) error = EIO;
    int done = error ? -1 : next(fd);
    synced(fd, !done);
    if (done) save();
    if (done && plan("die")) killed();
    pthread_mutex_unlock(&lock);
    if (error) errno = error;
    return done;
}

int fsync(int fd) { return sync_with("fsync", fd); }

int fdatasync(int fd) { return sync_with("fdatasync", fd); }

static int open_with(const char *name, const char *path, int flags, mode_t mode) {
    int (*next)(const char *, int, ...) = real(name);
    int error = 0;
    if (named(path) && (flags & O_ACCMODE) != O_RDONLY) error = switched("open ");
    if (error) {
        errno = error;
        return -1;
    }
    return next(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return open_with("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return open_with("open64", path, flags, mode);
}

static void name_step(const char *path) {
    if (!named(path)) return;
    pthread_mutex_lock(&lock);
    step();
    event();
    pthread_mutex_unlock(&lock);
}

/* Counts a new name of a file as an event, after which the power may be cut. */
static int name_given(const char *path, int done) {
    int error = errno;
    if (named(path)) {
        pthread_mutex_lock(&lock);
        event();
        pthread_mutex_unlock(&lock);
    }
    errno = error;
    return done;
}

int unlink(const char *path) {
    int (*next)(const char *) = real("unlink");
    name_step(path);
    return next(path);
}

int rename(const char *from, const char *to) {
    int (*next)(const char *, const char *) = real("rename");
    name_step(to);
    return name_given(to, next(from, to));
}

int link(const char *from, const char *to) {
    int (*next)(const char *, const char *) = real("link");
    name_step(to);
    return name_given(to, next(from, to));
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    int (*next)(int, const char *, int, const char *, int) = real("linkat");
    name_step(to);
    return name_given(to, next(from_folder, from, to_folder, to, flags));
}
