package db

import (
	"context"
	"strconv"
	"strings"
)

// Places writes n placeholders for an `in (…)`, beginning at $first: Places(2, 3) is "$2,$3,$4".
func Places(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}

// Args are ids as the arguments of a statement, behind those that come first.
func Args(ids []int64, first ...any) []any {
	args := make([]any, 0, len(first)+len(ids))
	args = append(args, first...)
	for _, id := range ids {
		args = append(args, id)
	}
	return args
}

// InOrder lists what was found by id in the order it was asked for; what was not found is left out.
func InOrder[T any](ids []int64, found map[int64]T) []T {
	list := make([]T, 0, len(ids))
	for _, id := range ids {
		if v, ok := found[id]; ok {
			list = append(list, v)
		}
	}
	return list
}

// Column reads a statement that gives one column: ids as int64, texts as string.
func Column[T any](ctx context.Context, q Q, statement string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}
