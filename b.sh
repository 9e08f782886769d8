W=/work/wt-characters; cd /tmp/look
g++ -std=c++20 -O1 -I$W/src -I/usr/include/eigen3 look.cpp -o look $W/build/release/liblimn.a $(cat libs) 2>&1 | head -20
