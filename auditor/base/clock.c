/* SPDX-License-Identifier: BSD-2-Clause */
/* Monotonic and UTC clocks and their text forms. */
#define _GNU_SOURCE
#include "auditor/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t read_us(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return (uint64_t)ts.tv_sec * 1000000U + (uint64_t)ts.tv_nsec / 1000U;
}

uint64_t clock_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

uint64_t clock_monotonic_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000U;
}

uint64_t clock_cpu_us(void)
{
    return read_us(CLOCK_PROCESS_CPUTIME_ID);
}

int64_t clock_utc_s(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec;
}

void clock_rfc3339(int64_t utc_s, char text[static CLOCK_TEXT_SIZE])
{
    time_t t = (time_t)utc_s;
    struct tm tm;
    if (gmtime_r(&t, &tm) == NULL || strftime(text, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        snprintf(text, CLOCK_TEXT_SIZE, "@%lld", (long long)utc_s);
}

bool clock_parse(const char *text, int64_t *utc_s)
{
    static const char *const forms[] = {"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"};
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct tm tm;
        memset(&tm, 0, sizeof(tm));
        const char *end = strptime(text, forms[i], &tm);
        if (end != NULL && *end == '\0') {
            *utc_s = (int64_t)timegm(&tm);
            return true;
        }
    }
    char *end = NULL;
    if (*text < '0' || *text > '9')
        return false;
    long long seconds = strtoll(text, &end, 10);
    if (*end != '\0' || seconds > 253402300799LL)
        return false;
    *utc_s = seconds;
    return true;
}
