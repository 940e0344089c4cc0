/* SPDX-License-Identifier: BSD-2-Clause */
/* Two clocks, never mixed: monotonic milliseconds for deadlines, UTC seconds for what is printed and judged. */
#ifndef ZONEVET_BASE_CLOCK_H
#define ZONEVET_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

uint64_t clock_monotonic_ms(void);
uint64_t clock_monotonic_us(void);
int64_t clock_utc_s(void);

/** CPU time of this process, all threads, in microseconds. */
uint64_t clock_cpu_us(void);

/** Room for "2026-01-01T00:00:00Z" and NUL. */
#define CLOCK_TEXT_SIZE 32
void clock_rfc3339(int64_t utc_s, char text[static CLOCK_TEXT_SIZE]);

/** Read "2026-01-01T00:00:00Z", "2026-01-01" or plain seconds. @return false if it is none of them */
bool clock_parse(const char *text, int64_t *utc_s);

#endif
