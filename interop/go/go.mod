module ruhui-interop

go 1.19
