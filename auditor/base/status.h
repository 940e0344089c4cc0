/* SPDX-License-Identifier: BSD-2-Clause */
/* One status for every function that can fail; 0 is success. */
#ifndef ZONEVET_BASE_STATUS_H
#define ZONEVET_BASE_STATUS_H

enum status {
    STATUS_OK = 0,
    STATUS_NOMEM,     /* allocation failed or an arena reached its limit */
    STATUS_MALFORMED, /* input does not follow its grammar */
    STATUS_LIMIT,     /* a documented limit would be exceeded */
    STATUS_IO,        /* the operating system refused; errno says why */
    STATUS_NOTFOUND,  /* what was asked for does not exist */
    STATUS_USAGE,     /* the caller's arguments do not fit */
    STATUS_UNSUPPORTED,
};

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
