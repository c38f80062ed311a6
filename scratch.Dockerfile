# The whole image is the binary: docker build -t uconfd -f scratch.Dockerfile .
FROM scratch
COPY uconfd /uconfd
ENTRYPOINT ["/uconfd"]
